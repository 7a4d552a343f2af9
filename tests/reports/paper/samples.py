"""One of each printed thing, with both languages."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from services.reports.engagement.measures import MEASURES
from services.reports.paper import certificate, diary_week, engagement, letter, register
from services.reports.paper.codes import Check
from tests.reports.cards import ON, SCHOOL, SCHOOL_UR

LETTER = letter.Letter(
    branch_name=SCHOOL,
    branch_name_ur=SCHOOL_UR,
    to="Mr and Mrs Khan",
    to_ur="محترم والدین",
    subject="Ayesha's progress in this term",
    subject_ur="عائشہ کی پیش رفت",
    text="Ayesha has worked with joy and care.\nShe should practise the tables.",
    text_ur="عائشہ نے اس ٹرم میں دل لگا کر محنت کی۔\nاسے پہاڑوں کی مشق کرنی چاہیے۔",
    written_on=ON,
    child="Ayesha Khan",
    child_ur="عائشہ خان",
    class_title="Class 5-A",
    table=(letter.Row("English", Decimal("82.0"), Decimal("75.5"), "انگریزی"), letter.Row("Robotics", Decimal(66))),
    progress=(letter.Point("First Term", Decimal("70.1"), "پہلی ٹرم"), letter.Point("Second Term", Decimal("77.9"))),
    number="L-17",
)
CERTIFICATE = certificate.Certificate(
    branch_name=SCHOOL,
    branch_name_ur=SCHOOL_UR,
    title="Certificate of merit",
    title_ur="سندِ امتیاز",
    name="Ayesha Khan",
    name_ur="عائشہ خان",
    text="For the best science project of Class 5.",
    text_ur="جماعت پنجم کے بہترین سائنسی منصوبے پر۔",
    given_on=ON,
    class_title="5-A",
    check=Check("https://example.org/c/4F6F", "4F6F-0123"),
)
DIARY = diary_week.DiaryWeek(
    branch_name=SCHOOL,
    branch_name_ur=SCHOOL_UR,
    class_title="Class 5-A",
    begins_on=date(2026, 11, 23),
    ends_on=date(2026, 11, 27),
    entries=tuple(
        diary_week.Entry(
            held_on=date(2026, 11, 23) + timedelta(day),
            subject="Science",
            subject_ur="سائنس",
            text="How plants drink.",
            text_ur="پودے پانی کیسے پیتے ہیں۔",
            talking_point="Ask how plants drink",
            talking_point_ur="پوچھیں کہ پودے پانی کیسے پیتے ہیں",
            homework="Page 12",
            homework_ur="صفحہ 12",
        )
        for day in (1, 0, 2)
    ),
)
_DAYS = tuple(date(2026, 11, day) for day in range(2, 29) if date(2026, 11, day).weekday() < 6)
REGISTER = register.Register(
    branch_name=SCHOOL,
    branch_name_ur=SCHOOL_UR,
    class_title="Class 5-A",
    days=_DAYS,
    children=tuple(
        register.Attending(
            f"Ayesha Khan {number}",
            {day: tuple(register.MARKS)[(number * day.day) % 5] for day in _DAYS[:10]},
            None if number % 4 else "عائشہ خان",
        )
        for number in range(40)
    ),
    teacher="Nasreen Bibi",
    teacher_ur="نسرین بی بی",
)
ENGAGEMENT = engagement.Report(
    name="All branches",
    name_ur="تمام شاخیں",
    of=date(2026, 11, 1),
    made_on=ON,
    facts=({"en": "301,222 families, 320,000 children", "ur": "301,222 خاندان، 320,000 بچے"},),
    measures=tuple(
        engagement.Share(each.en, each.ur, 20_000, 40_000, "50.0", "49.5", "50.5", hidden=each.key == "pta")
        for each in MEASURES[:14]
    ),
    means=(engagement.Share("Days attended", "حاضری کے دن", None, 320_000, "91.0", "90.9", "91.1"),),
    note={"en": "Groups of fewer than ten are not shown.", "ur": "دس سے کم کے گروہ نہیں دکھائے جاتے۔"},
    course=tuple(
        engagement.Point(
            date(2026, month, 1), 201_000 + month, 301_222, f"{54 + month}.7", f"{54 + month}.5", f"{54 + month}.9"
        )
        for month in range(1, 12)
    ),
    course_title={"en": "Families that read something, by month", "ur": "جنہوں نے پیغام پڑھا، ماہ بہ ماہ"},
    columns=({"en": "Families", "ur": "خاندان"}, {"en": "Read something", "ur": "جنہوں نے پیغام پڑھا"}),
    parts=tuple(
        engagement.Part(
            f"Branch {number}", (engagement.Cell("142"), engagement.Cell("50.0 (71/142)", "41.8 – 58.2")), f"شاخ {number}"
        )
        for number in range(20)
    ),
    parts_title={"en": "Branches", "ur": "شاخیں"},
)
ALL: dict[str, Callable[[str], bytes]] = {
    "letter": lambda edition: letter.render(LETTER, edition),
    "certificate": lambda edition: certificate.render(CERTIFICATE, edition),
    "diary week": lambda edition: diary_week.render(DIARY, edition),
    "register": lambda edition: register.render(REGISTER, edition),
    "engagement": lambda edition: engagement.render(ENGAGEMENT, edition),
}
