"""Languages as catalogues: what a .po has to have, what it is refused for, and how languages that came that way are told."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifications.wording import catalogues, texts
from services.notifications.wording.catalogues import LOCALE, Refused, read, shipped, wanted
from services.notifications.wording.languages import said
from services.notifications.wording.templates import EXAMPLES, templates
from services.notifications.wording.texts import TEXTS
from services.notifications.wording.words import Words

FOLDER = Path(__file__).parent / "catalogues"
SINDHI = (FOLDER / "sd.po").read_text()
BROUGHT = {path.stem: read(path.read_bytes(), path.stem) for path in FOLDER.glob("*.po")}
ALL = Words({**{code: (each,) for code, each in shipped().items()}, **{code: (each,) for code, each in BROUGHT.items()}})
HOMEWORK = "{children} has new homework in {class_title}, due {due_on}."
HEADER = SINDHI.partition("\n\n")[0]
NEXT = HEADER.count("\n") + 3  # the line of the first entry behind it


def told(text, code, children, **facts):
    wording = ALL.wording(text, code)
    return said(wording, ALL.by_whatsapp(text, code), children, EXAMPLES | facts)


def refused(text, code="sd"):
    with pytest.raises(Refused) as caught:
        read(text.encode() if isinstance(text, str) else text, code)
    return {fault["entry"]: fault["why"] for fault in caught.value.faults}


def entry(key, *forms, many=None):
    quoted = [form.replace("\\", "\\\\").replace('"', '\\"') for form in forms]
    if many is None:
        return f'{HEADER}\n\nmsgid "{key}"\nmsgstr "{quoted[0]}"\n'
    told = "\n".join(f'msgstr[{number}] "{form}"' for number, form in enumerate(quoted))
    return f'{HEADER}\n\nmsgid "{key}"\nmsgid_plural "{many}"\n{told}\n'


# Languages that are catalogues alone


@pytest.mark.parametrize(
    ("code", "one", "several"),
    [
        ("ur", "ہوم ورک ملا ہے", "ہوم ورک ملا ہے"),
        ("sd", "هوم ورڪ مليو آهي", "هوم ورڪ مليا آهن"),
        ("ps", "کورنۍ دنده لري", "کورنۍ دندې لري"),
        ("pa", "نواں ہوم ورک ملیا اے", "نویں ہوم ورک ملے نیں"),
    ],
)
def test_plurals(code, one, several):
    assert one in told(texts.HOMEWORK_SET, code, ["الف"]).body
    assert several in told(texts.HOMEWORK_SET, code, ["الف", "ب"]).body


@pytest.mark.parametrize(
    ("code", "day", "time"),
    [
        ("en", "Sat 5 Dec", "Sat 5 Dec, 5:30 pm"),
        ("ur", "ہفتہ 5 دسمبر", "ہفتہ 5 دسمبر، سہ پہر 5:30"),
        ("sd", "ڇنڇر 5 ڊسمبر", "ڇنڇر 5 ڊسمبر، 17:30"),
        ("ps", "اونۍ 5 دسمبر", "ہفتہ 5 دسمبر، سہ پہر 5:30"),  # the meeting's text it has not: Urdu says it
        ("pa", "ہفتہ 5 دسمبر", "ہفتہ 5 دسمبر، سہ پہر 5:30"),
    ],
)
def test_dates(code, day, time):
    assert day in told(texts.HOMEWORK_SET, code, ["الف"], due_on=date(2026, 12, 5)).body
    assert time in told(texts.MEETING_BOOKED, code, ["الف"]).body


@pytest.mark.parametrize(("code", "joined"), [("sd", "الف، ب، ۽ ت"), ("ps", "الف، ب، او ت"), ("ur", "الف، ب، اور ت")])
def test_names_are_joined_as_the_language_does(code, joined):
    assert told(texts.HOMEWORK_SET, code, ["الف", "ب", "ت"]).body.startswith(joined)


def test_a_text_that_a_catalogue_lacks_is_said_in_urdu():
    found = told(texts.REPORT_CARD_ISSUED, "sd", ["عائشہ"])
    assert (found.language, found.body) == ("ur", "عائشہ کا First term کا رپورٹ کارڈ تیار ہے۔")
    assert ALL.phrase(texts.UNSUBSCRIBE, "sd") == ALL.phrase(texts.UNSUBSCRIBE, "ur")
    assert ALL.phrase(texts.GREETING, "sd") == "السلام عليڪم،"


def test_a_language_without_any_catalogue_is_urdu_and_still_knows_its_direction():
    ours = Words({code: (each,) for code, each in shipped().items()})
    assert ours.wording(texts.HELP, "ps").language.code == "ur"
    assert (ours.language("ps").right_to_left, ours.language("ps").locale) == (True, "ps_PK")
    assert ours.language("xx").code == "ur"


def test_whatsapp_says_urdu_until_meta_has_approved_the_languages_template():
    said_in_urdu = told(texts.HOMEWORK_SET, "ps", ["عائشہ", "بلال"])
    assert (said_in_urdu.language, said_in_urdu.template, said_in_urdu.template_language) == (
        "ps",
        "rabta_homework_set_several",
        "ur",
    )
    assert said_in_urdu.parameters == ("عائشہ اور بلال", "Science 5B", "جمعہ 27 نومبر")
    approved = Words(ALL.layers, {}, frozenset({("homework_set", "ps", 0)}))
    wording = approved.by_whatsapp(texts.HOMEWORK_SET, "ps")
    assert (wording.language.code, wording.language.at_meta) == ("ps", "ps_AF")
    assert said(wording, wording, ["عائشہ", "بلال"], EXAMPLES).parameters[2] == "جمعه 27 نومبر"


def test_templates_of_a_language_that_was_brought():
    found = {(each["name"], each["language"]): each["components"][0]["text"] for each in templates(ALL)}
    assert found["rabta_homework_set_several", "ps_AF"].startswith("السلام علیکم،\n{{1}} د {{2}} نوې کورنۍ دندې لري")
    assert ("rabta_report_card_issued", "sd") not in found


def test_each_field_has_an_example():
    assert {field for text in TEXTS.values() for field in text.fields} - {"children"} <= set(EXAMPLES)


def test_ours_are_complete_and_ask_for_nothing_else():
    assert {code: (each.missing, each.unknown) for code, each in shipped().items()} == {"en": ((), ()), "ur": ((), ())}
    assert set(BROUGHT["sd"].missing) | set(BROUGHT["sd"].words) == set(wanted())


# What is refused, and why


def test_a_sentence_has_the_fields_of_the_english_each_once_and_nothing_else():
    many = HOMEWORK.replace(" has ", " have ")
    good = "{children} {class_title} {due_on}"
    for bad, why in (
        ("{children} {class_title}", "missing: {due_on}"),
        (f"{good} {{children}}", "more than once: {children}"),
        (f"{good} {{marks}}", "unknown: {marks}"),
        ("{children.__class__} {class_title} {due_on}", "unknown: {children.__class__}; missing: {children}"),
        ("{children[0]} {class_title} {due_on}", "unknown: {children[0]}; missing: {children}"),
        ("{children!r} {class_title} {due_on}", "a format or conversion in braces: only the name"),
        ("{children:>99999999} {class_title} {due_on}", "a format or conversion in braces: only the name"),
        (f"{good} {{}}", "unknown: {}"),
        (f"{good} {{0}}", "unknown: {0}"),
        (f"{good} {{", "braces that don't fit"),
        (f"{good} {{{{x}}}}", "double braces"),
        (f"{good} <b>now</b>", "markup: it is shown as it stands"),
        (f"{good} <script>", "markup: it is shown as it stands"),
        (f"{good} &lt;", "markup: it is shown as it stands"),
        (f"{good} https://evil.example", "an address: the link is put below it"),
        (f"{good} \u202emoc.live", "characters that are not seen or turn the direction: U+202E"),
        (f"{good} \u2066x", "characters that are not seen or turn the direction: U+2066"),
        (f"{good} \u200bx", "characters that are not seen or turn the direction: U+200B"),
        (f"{good} a\\nb", "characters that are not seen or turn the direction: U+000A"),
        (f"{good} {'x' * 400}", "longer than 400 characters"),
    ):
        text = entry(HOMEWORK, good, bad.replace("\\\\n", "\n"), many=many).replace("\\\\n", "\\n")
        with pytest.raises(Refused) as caught:
            read(text.encode(), "sd")
        assert "; ".join(fault["why"] for fault in caught.value.faults) == why, bad
        assert {fault["entry"] for fault in caught.value.faults} == {HOMEWORK}


def test_what_urdu_is_written_with_is_taken():
    text = entry("Your school", "آپ\u200c کا \u200fاسکول\u200f")
    assert read(text.encode(), "sd").words["Your school"] == ("آپ\u200c کا \u200fاسکول\u200f",)


def test_plural_forms_are_those_of_the_language():
    assert refused(entry(HOMEWORK, "{children} {class_title} {due_on}", "", many=HOMEWORK.replace(" has ", " have "))) == {
        HOMEWORK: "the language has 2 forms, and not all are there"
    }
    assert refused(entry(HOMEWORK, "{children} {class_title} {due_on}")) == {
        HOMEWORK: "its msgid_plural is another than ours, or missing"
    }


@pytest.mark.parametrize(
    ("header", "value", "why"),
    [
        ("Language", "ur", "the header says 'ur', not 'sd'"),
        ("Content-Type", "text/plain; charset=windows-1256", "its charset is not UTF-8"),
        ("Plural-Forms", "nplurals=999999999; plural=(n != 1);", "wanted: nplurals="),
        ("Plural-Forms", "nplurals=2; plural=__import__('os').system('x');", "can't be reckoned"),
        ("Plural-Forms", "nplurals=2; plural=n/0;", "can't be reckoned"),
        ("Plural-Forms", "nplurals=2; plural=n;", "a form beyond nplurals"),
        ("Plural-Forms", "nplurals=1; plural=0;", "have the same form"),
        ("Plural-Forms", f"nplurals=2; plural={'(' * 60}n{')' * 60};", "can't be reckoned"),
        ("X-Locale", "xx_YY", "no locale"),
        ("X-Locale", "ur_PK", "no locale"),
        ("X-Day", "QQQQQQQ", "no pattern"),
        ("X-Day", "y" * 50, "at most 40"),
        ("X-Time", "B h:mm {x}", "not as wanted"),
        ("X-Name", "<script>alert(1)</script>", "not as wanted"),
        ("X-Name", "a\u202eb", "not as wanted"),
        ("X-Direction", "up", "rtl or ltr"),
        ("X-Voice", "../../etc/passwd", "a voice of espeak-ng"),
        ("X-Voice", "-w/tmp/x", "a voice of espeak-ng"),
        ("X-WhatsApp", "sd/../x", "not as wanted"),
    ],
)
def test_a_header_that_makes_no_language(header, value, why):
    with_it = f'"{header}: {value}\\n"\n'
    lines = [line for line in HEADER.splitlines(keepends=True) if not line.startswith(f'"{header}:')]
    (found,) = refused("".join(lines) + ("" if lines[-1].endswith("\n") else "\n") + with_it).values()
    assert why in found


def test_a_locale_that_cannot_say_the_pattern():
    """CLDR has no day periods in Punjabi."""
    text = (FOLDER / "pa.po").read_text().replace("X-Time: H:mm", "X-Time: B h:mm")
    assert "no pattern" in refused(text, "pa")["X-Time"]


@pytest.mark.parametrize(
    ("text", "entry_", "why"),
    [
        (b"", "header", "missing"),
        (b"\xff\xfe\x00", "line 1", "not in UTF-8"),
        ((SINDHI + "\nmsgid ").encode("utf-8") + "اردو".encode("cp1256"), f"line {SINDHI.count(chr(10)) + 2}", "not in UTF-8"),
        ("PK\x03\x04", "line 1", "no line of a .po"),
        ('msgid "Your school"\nmsgstr "x"\n', "header", "comes first"),
        (f"{HEADER}\n\n{HEADER}", "header", "is there twice"),
        (f'{HEADER}\n\nmsgid "x"\nmsgstr "y"\n\nmsgid "x"\nmsgstr "z"\n', "x", "is there twice"),
        (f'{HEADER}\n\nmsgid "Your school"\nmsgstr x\n', f"line {NEXT + 1}", "no line of a .po"),
        (f'{HEADER}\n\nmsgid "Your school"\nmsgstr[x] "x"\n', f"line {NEXT + 1}", "no line of a .po"),
        (f'{HEADER}\n\nmsgid "Your school"\n\nmsgid "x"\nmsgstr ""\n', f"line {NEXT}", "missing msgstr"),
        (f'{HEADER}\n\nmsgid "a"\nmsgid_plural "b"\nmsgstr[0] "x"\nmsgstr[7] "y"\n', f"line {NEXT}", "more translations"),
    ],
)
def test_no_po(text, entry_, why):
    found = refused(text)
    assert why in found[entry_], found


def test_fuzzy_and_unknown_entries_are_told_of_and_not_taken():
    text = f'{HEADER}\n\n#, fuzzy\nmsgid "Your school"\nmsgstr "x"\n\nmsgid "Something else"\nmsgstr "y"\n'
    found = read(text.encode(), "sd")
    assert (found.unsure, found.unknown, dict(found.words)) == (("Your school",), ("Something else",), {})


def test_a_form_of_the_header_only_counts_as_it_is_joined():
    """Over several lines of a .po, and in letters of any case."""
    text = HEADER.replace(
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"', '"plural-forms: nplu"\n"rals=99999999; plural=n;\\n"'
    )
    assert "Plural-Forms" in refused(text)


LINES = st.sampled_from(
    [
        *HEADER.splitlines(),
        *SINDHI.splitlines(),
        'msgid ""',
        'msgstr ""',
        "msgstr[1]",
        '"',
        "#~ msgid",
        "#, fuzzy",
        'msgctxt "x"',
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(LINES, st.text(max_size=30)), max_size=40), st.booleans())
def test_whatever_comes_in_is_a_catalogue_or_refused(lines, with_header):
    raw = "\n".join([*([HEADER, ""] if with_header else []), *lines]).encode(errors="replace")
    try:
        found = read(raw, "sd")
    except Refused:
        return
    for key, forms in found.words.items():
        assert all(set(re.findall(r"{(\w+)}", form)) == wanted()[key].fields for form in forms)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["X-Day", "X-Time", "X-Name", "X-Comma", "X-Locale", "Plural-Forms", "X-Voice"]))
def test_whatever_a_header_says_the_language_can_be_told_or_it_is_refused(value, header):
    quoted = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ").replace("\r", " ")
    text = "".join(line for line in HEADER.splitlines(keepends=True) if not line.startswith(f'"{header}:'))
    try:
        found = read(f'{text}\n"{header}: {quoted}\\n"\n\n{SINDHI.partition(chr(10) * 2)[2]}'.encode(errors="replace"), "sd")
    except Refused:
        return
    words = Words({**ALL.layers, "sd": (found,)})
    for count in (0, 1, 2, 30):
        assert said(words.wording(texts.MEETING_BOOKED, "sd"), None, ["الف"] * count, EXAMPLES).body


def test_ours_are_the_files():
    assert set(shipped()) == {path.stem for path in LOCALE.glob("*.po")}
    assert catalogues.shipped()["ur"].language.day == "EEEE d MMMM"
