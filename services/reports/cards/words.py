"""Urdu for what a school writes in English; names that are not here are printed as they were written."""

_SUBJECTS = {
    "urdu": "اردو",
    "english": "انگریزی",
    "mathematics": "ریاضی",
    "maths": "ریاضی",
    "math": "ریاضی",
    "science": "سائنس",
    "general science": "جنرل سائنس",
    "islamiyat": "اسلامیات",
    "islamiat": "اسلامیات",
    "islamic studies": "اسلامیات",
    "nazra quran": "ناظرہ قرآن",
    "nazra": "ناظرہ",
    "social studies": "معاشرتی علوم",
    "pakistan studies": "مطالعۂ پاکستان",
    "general knowledge": "معلوماتِ عامہ",
    "history": "تاریخ",
    "geography": "جغرافیہ",
    "computer": "کمپیوٹر",
    "computer science": "کمپیوٹر سائنس",
    "computer studies": "کمپیوٹر",
    "physics": "طبیعیات",
    "chemistry": "کیمیا",
    "biology": "حیاتیات",
    "economics": "معاشیات",
    "civics": "شہریت",
    "art": "آرٹ",
    "drawing": "ڈرائنگ",
    "physical education": "جسمانی تعلیم",
    "punjabi": "پنجابی",
    "sindhi": "سندھی",
    "pashto": "پشتو",
    "balochi": "بلوچی",
    "arabic": "عربی",
    "persian": "فارسی",
    "home economics": "ہوم اکنامکس",
}

_TERMS = {
    "first term": "پہلی ٹرم",
    "second term": "دوسری ٹرم",
    "third term": "تیسری ٹرم",
    "mid term": "مڈ ٹرم",
    "final term": "فائنل ٹرم",
    "annual": "سالانہ",
}

_ASPECTS = {
    "listening": "توجہ سے سننا",
    "participating": "سرگرمیوں میں شرکت",
    "finishing tasks": "کام مکمل کرنا",
    "helping others": "دوسروں کی مدد",
    "respect": "ادب و احترام",
    "punctuality": "وقت کی پابندی",
    "neatness": "صفائی و ستھرائی",
}

GOAL = {"reached": {"en": "reached", "ur": "حاصل کر لیا"}, "open": {"en": "under way", "ur": "جاری ہے"}}
REMARK_BY = {
    "teacher": {"en": "Class teacher's remarks", "ur": "کلاس ٹیچر کی رائے"},
    "head": {"en": "Head's remarks", "ur": "سربراہِ ادارہ کی رائے"},
}
HOME = {
    "homework_done": {"en": "Homework done", "ur": "ہوم ورک مکمل کیا"},
    "homework_signed": {"en": "Signed by the guardian", "ur": "سرپرست نے دستخط کیے"},
    "notes": {"en": "Notes from the home", "ur": "گھر سے پیغامات"},
}
PROGRESS = {"en": "Percentage of each term: {}", "ur": "ہر ٹرم کا فیصد: {}"}


def aspect_ur(name: str) -> str | None:
    return _ASPECTS.get(name.casefold().replace("_", " "))


def subject_ur(subject: str) -> str | None:
    return _SUBJECTS.get(subject.casefold())


def term_ur(term: str) -> str | None:
    """Also with a year behind it: "First Term 2026"."""
    words, _, year = term.rpartition(" ")
    if year.isdecimal() and words.casefold() in _TERMS:
        return f"{_TERMS[words.casefold()]} {year}"
    return _TERMS.get(term.casefold())
