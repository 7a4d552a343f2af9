"""What the report says in words, English and Urdu. It says what was counted, and never why."""

from __future__ import annotations

from typing import NamedTuple


class Said(NamedTuple):
    en: str
    ur: str


BESIDE = Said(
    "These numbers stand beside each other and no more. Families chose what they took part in, and may differ in much that is"
    " not counted here: work, distance, health, a phone. What stands here can't show what would be if a family did otherwise.",
    "یہ اعداد صرف ایک دوسرے کے ساتھ رکھے گئے ہیں۔ خاندانوں نے خود طے کیا کہ وہ کس چیز میں شریک ہوں، اور وہ بہت سی ایسی باتوں"
    " میں مختلف ہو سکتے ہیں جو یہاں شمار نہیں ہوئیں: کام، فاصلہ، صحت، فون۔ یہ اعداد نہیں بتا سکتے کہ کوئی خاندان دوسرا راستہ"
    " اختیار کرتا تو کیا ہوتا۔",
)
BEFORE_AND_AFTER = Said(
    "The same families in months before and after a date. Much else is different between any two times of a school year: exams,"
    " holidays, weather, teachers, prices. Nothing here was compared with families for whom nothing changed, so it can't show"
    " what would have been without what began on that date. Families who came or left in between are not in it.",
    "ایک تاریخ سے پہلے اور بعد کے مہینوں میں وہی خاندان۔ تعلیمی سال کے دو وقتوں کے درمیان اور بھی بہت کچھ مختلف ہوتا ہے:"
    " امتحان، چھٹیاں، موسم، اساتذہ، مہنگائی۔ یہاں ایسے خاندانوں سے موازنہ نہیں کیا گیا جن کے لیے کچھ نہیں بدلا، اس"
    " لیے یہ نہیں بتا سکتا"
    " کہ اس تاریخ سے جو شروع ہوا اس کے بغیر کیا ہوتا۔ جو خاندان اس دوران آئے یا گئے وہ اس میں شامل نہیں۔",
)
STRATEGIES = Said(
    "What people noted, and what was measured: whether a guardian opened anything in the 28 days after a step. Who was told"
    " something by SMS, mail, call or paper alone is not in that: nobody hears whether they opened it. Schools choose"
    " which family they try what with, so strategies here were not tried with like families.",
    "جو لوگوں نے درج کیا، اور جو شمار ہوا: کیا قدم کے بعد 28 دن میں کسی سرپرست نے کچھ کھولا۔ جنہیں صرف ایس ایم ایس، ای میل،"
    " کال یا کاغذ سے بتایا گیا وہ اس میں شامل نہیں: ان کا پڑھنا معلوم نہیں ہوتا۔ اسکول خود طے کرتا ہے کہ کس خاندان"
    " کے ساتھ کیا آزمایا جائے، اس لیے یہ طریقے ایک جیسے خاندانوں پر نہیں آزمائے گئے۔",
)
INTERVALS = Said(
    "Beside each percentage stand the count and the range in which it lies with 95 % certainty, were these families drawn by"
    " chance from very many. Groups of fewer than ten are not shown.",
    "ہر فیصد کے ساتھ تعداد اور وہ حد لکھی ہے جس میں وہ 95 فیصد یقین کے ساتھ ہوتا، اگر یہ خاندان بہت سے خاندانوں میں سے اتفاقاً"
    " چنے گئے ہوتے۔ دس سے کم کے گروہ نہیں دکھائے جاتے۔",
)
BESIDE_TITLES = {
    "met": Said(
        "Families that had a meeting, and those that were asked and had none",
        "جن سے ملاقات ہوئی، اور جنہیں بلایا گیا مگر نہ ہوئی",
    ),
    "read": Said(
        "Families that read something, and those that were told in the app, by a notification or on WhatsApp and read nothing",
        "جنہوں نے پیغام پڑھا، اور جنہیں ایپ، نوٹیفکیشن یا واٹس ایپ پر بتایا گیا مگر نہیں پڑھا",
    ),
    "home_notes": Said(
        "Families that wrote a home note, and those that wrote none", "جنہوں نے گھر کا احوال لکھا، اور جنہوں نے نہیں لکھا"
    ),
    "took_part": Said(
        "Families that came to an activity, helped or came to the parents' association, and those that did not",
        "جو سرگرمی، مدد یا انجمن میں شریک ہوئے، اور جو نہیں ہوئے",
    ),
}


def texts() -> list[str]:
    """All that is said in English."""
    return [each.en for each in (BESIDE, BEFORE_AND_AFTER, STRATEGIES, INTERVALS, *BESIDE_TITLES.values())]
