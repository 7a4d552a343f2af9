"""Random gradebooks of one child in a term: documents as they are kept, as far as anything is calculated from them."""

import random
from dataclasses import dataclass
from typing import Any

SUBJECTS = ("English", "Urdu", "Maths", "Science")
STATUSES = ("fully graded",) * 6 + ("not submitted", "exempt", "submitted", "partially graded")
BANDS = ((("A", "80", "4"), ("B", "65.5", "3.3"), ("C", "50", "2"), ("F", "0", "0")), (("P", "33.33", "1"), ("N", "0", "0")))


@dataclass
class Gradebook:
    """`scheme`: kind, bands (letter, from percent, points), places, how, missing."""

    categories: list[dict[str, Any]]
    items: list[dict[str, Any]]
    results: list[dict[str, Any]]
    scheme: dict[str, Any]


def a_gradebook(chance: random.Random) -> Gradebook:
    weights = [_points(chance, 10_000) if chance.random() < 0.9 else "0" for _ in range(chance.randint(1, 4))]
    categories = [
        {"_id": f"k{number}", "weight": weight, "drop_lowest": chance.choice((0, 0, 1, 2, 5))}
        for number, weight in enumerate(weights)
    ]
    items, results = [], []
    for subject in chance.sample(SUBJECTS, chance.randint(1, len(SUBJECTS))):
        for number in range(chance.choice((1, 1, 2, 3, 5, 8))):
            id = f"{subject}-{number}"
            category_id = chance.choice(categories)["_id"]
            items.append(
                {"_id": id, "class_id": "c1", "subject": subject, "subject_key": subject.casefold(), "category_id": category_id}
            )
            if chance.random() < 0.9:
                results.append(_result(chance, id))
    return Gradebook(categories, items, results, _scheme(chance))


def _result(chance: random.Random, line_item_id: str) -> dict[str, Any]:
    status = chance.choice(STATUSES)
    most = chance.choice((1000, 2000, 5000, 7500, 10_000, chance.randint(1, 100_000)))  # hundredths
    whole = chance.random() < 0.5
    score = chance.randint(0, most) // 100 * 100 if whole else chance.randint(0, most)
    only_text = chance.random() < 0.05
    return {
        "line_item_id": line_item_id,
        "class_id": "c1",
        "status": status,
        "score": _text(score) if status == "fully graded" and not only_text else None,
        "out_of": _text(most),
    }


def _scheme(chance: random.Random) -> dict[str, Any]:
    kind = chance.choice(("gpa", "letters", "percentage"))
    return {
        "kind": kind,
        "bands": chance.choice(BANDS) if kind != "percentage" else (),
        "places": chance.randint(0, 2),
        "how": chance.choice(("half_up", "half_even", "up", "down")),
        "missing": chance.choice(("zero", "left_out")),
    }


def _points(chance: random.Random, most: int) -> str:
    return _text(chance.randint(1, most))


def _text(hundredths: int) -> str:
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".")
