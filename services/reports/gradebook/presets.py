"""Schemes to begin from. A branch takes one, changes what is different there, and keeps it as its own."""

from decimal import Decimal

from services.reports.gradebook.grading import BOARD, LEFT_OUT, Grade, Scheme

_WORDS = {grade.letter: (grade.word, grade.word_ur) for grade in BOARD.bands}


def _letters(*bands: tuple[str, int, str | None]) -> tuple[Grade, ...]:
    """(letter, from percent, points); the words are those of the board's letter, + and - aside."""
    made = []
    for letter, least, points in bands:
        words = _WORDS.get(letter) or _WORDS[letter[0]]
        made.append(Grade(letter, Decimal(least), *words, None if points is None else Decimal(points)))
    return tuple(made)


PRESETS: dict[str, Scheme] = {
    "board": BOARD,
    "percentage": Scheme("Marks and percentage", "percentage", (), Decimal(40)),
    "letters": Scheme(
        "Letter grades",
        "letters",
        _letters(("A+", 90, None), ("A", 80, None), ("B", 70, None), ("C", 60, None), ("D", 50, None), ("F", 0, None)),
        Decimal(50),
    ),
    "gpa": Scheme(
        "Grade points of 4",
        "gpa",
        _letters(
            *(("A", 85, "4"), ("A-", 80, "3.7"), ("B+", 75, "3.3"), ("B", 70, "3"), ("B-", 65, "2.7")),
            *(("C+", 61, "2.3"), ("C", 58, "2"), ("C-", 55, "1.7"), ("D", 50, "1"), ("F", 0, "0")),
        ),
        Decimal(50),
    ),
    "competency": Scheme(
        "Competency bands",
        "competency",
        (
            Grade("4", Decimal(85), "Goes beyond what is expected", "توقع سے بڑھ کر"),
            Grade("3", Decimal(65), "Does what is expected", "توقع کے مطابق"),
            Grade("2", Decimal(40), "Is on the way", "سیکھ رہا ہے"),
            Grade("1", Decimal(0), "Has begun", "ابتدائی مرحلہ"),
        ),
        Decimal(65),
        places=0,
        missing=LEFT_OUT,
    ),
}
