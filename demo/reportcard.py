"""The part of the tour that is a report card: remarked, reviewed, approved, read, checked by a stranger, printed."""

from typing import Any

from demo.schoolday import TERM
from demo.visiting import Person, folder, keep, say, wait_for

MARKS = (("English", "41"), ("Urdu", "44.5"), ("Mathematics", "47"), ("Science", "39"))
REMARK = {"text": "A curious child who helps others.", "text_ur": "ذہین بچی ہے اور ساتھیوں کی مدد کرتی ہے۔"}


def report_card(head: Person, teacher: Person, mother: Person, branch: str, homeroom: Any, child: Any) -> None:
    path = f"{branch}/report-cards/{_issued(head, teacher, branch, homeroom, child)}"
    card = mother.ask("POST", f"{path}/acknowledgement")
    for language in ("en", "ur", "both"):
        keep(f"report-card-{language}.pdf", mother.try_to("GET", f"{path}/pdf", params={"language": language}).content)
    say(f"A report card is remarked, reviewed, approved, issued and read: {folder()}/report-card-en.pdf, -ur.pdf, -both.pdf")
    found = Person(mother.address).ask("GET", f"/v1/report-cards/verification/{card['code']}")
    say(f"A stranger checks the code on it: {found['school']}, {found['term']}, version {found['version']}, {found['state']}")
    _print(head, branch, homeroom)


def _issued(head: Person, teacher: Person, branch: str, homeroom: Any, child: Any) -> str:
    """The class teacher's part, then the head's; the worker makes it."""
    whose = {"student_id": child["person_id"]}
    for subject, score in MARKS:
        marks = [{**whose, "score": score, "out_of": "50", "remark": "Asks good questions"}]
        sheet = {"class_id": homeroom["class_id"], "term": TERM, "subject": subject, "marks": marks}
        teacher.ask("PUT", f"{branch}/marks", json=sheet)
    asked = {"class_id": homeroom["class_id"], "term": TERM, "student_ids": [child["person_id"]]}
    run = f"{branch}/report-card-runs/{teacher.ask('POST', f'{branch}/report-card-runs', json=asked)['run_id']}"
    teacher.ask("PUT", f"{run}/remarks", json={"remarks": [{**whose, "kind": "class_teacher", **REMARK}]})
    teacher.ask("POST", f"{run}/review", json={"edition": teacher.ask("GET", run)["edition"]})
    head.ask("POST", f"{run}/approval", json={"edition": head.ask("GET", run)["edition"]})
    [card] = wait_for(lambda: head.ask("GET", f"{run}/cards", params={"state": "issued"})["items"])
    return str(card["report_card_id"])


def _print(head: Person, branch: str, homeroom: Any) -> None:
    wanted = {"what": "report_cards", "of": "class", "class_id": homeroom["class_id"], "term": TERM}
    run = f"{branch}/report-print-runs/{head.ask('POST', f'{branch}/report-print-runs', json=wanted)['report_print_run_id']}"
    made = wait_for(lambda: found if (found := head.ask("GET", run))["state"] == "made" else None)
    keep("class-for-print.pdf", head.try_to("GET", f"{run}/pdf").content)
    said = f"{made['done']} of {made['asked']} cards are there, and stand in {folder()}/class-for-print.pdf"
    say(f"The office prints the class: {said}")
