"""A line of a class list as what it says: a child in a class, with a guardian. Plain values."""

import re
from dataclasses import dataclass

from services.roster import contact
from services.roster.classlists import columns
from services.roster.classlists.sheet import Line

_CARD = re.compile(r"(\d{5})[- ]?(\d{7})[- ]?(\d)")
_SHORTENED = re.compile(r"\d[.,]?\d*[eE]\+\d+")
_LONGEST = {columns.CLASS: 100, columns.SECTION: 40, columns.NUMBER: 40}
_EXCEL = "A spreadsheet has shortened this number. Make its column text before you type, and write it whole."


@dataclass(frozen=True)
class Row:
    """Blank: the sheet does not say. `phone` in E.164; `b_form` and `cnic` their 13 digits."""

    line: Line
    school_class: str
    number: str
    given_name: str
    family_name: str
    name_ur: str
    b_form: str
    guardian_given: str
    guardian_family: str
    guardian_ur: str
    phone: str
    cnic: str

    @property
    def student(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def guardian(self) -> str:
        return f"{self.guardian_given} {self.guardian_family}".strip()


def as_row(line: Line) -> Row:
    """What is wrong with its cells is among the line's findings."""
    for column in columns.NEEDED:
        if not line[column]:
            line.wrong(column, "It is empty.")
    for column, longest in _LONGEST.items():
        if len(line[column]) > longest:
            line.wrong(column, "It is longer than %(most)s characters.", most=longest)
    given, family = (line[columns.STUDENT], line[columns.FAMILY]) if line[columns.FAMILY] else _parted(line[columns.STUDENT])
    guardian = _parted(line[columns.GUARDIAN])
    phone, cnic = _phone(line), _card(line, columns.CNIC)
    _whose(line)
    return Row(
        line=line,
        school_class="-".join(part for part in (line[columns.CLASS], line[columns.SECTION]) if part),
        number=_number(line),
        given_name=given,
        family_name=family,
        name_ur=line[columns.STUDENT_UR],
        b_form=_card(line, columns.B_FORM),
        guardian_given=guardian[0],
        guardian_family=guardian[1],
        guardian_ur=line[columns.GUARDIAN_UR],
        phone=phone,
        cnic=cnic,
    )


def _parted(name: str) -> tuple[str, str]:
    """Given and family name: the last word of several is the family's."""
    given, _, family = name.rpartition(" ")
    return (given, family) if given else (family, "")


def _whose(line: Line) -> None:
    if line[columns.GUARDIAN] or line.is_wrong:
        if line[columns.GUARDIAN] and not line[columns.PHONE]:
            line.odd(columns.PHONE, "Without a phone this guardian is told nothing but on paper.")
        return
    for column in (columns.PHONE, columns.CNIC):
        if line[column]:
            line.wrong(column, "Whose is it? The guardian's name is missing.")
            return
    line.odd(columns.GUARDIAN, "Without a guardian nobody is told anything of this child.")


def _phone(line: Line) -> str:
    written = line[columns.PHONE].lstrip("'")
    if not written:
        return ""
    if _SHORTENED.fullmatch(written):
        line.wrong(columns.PHONE, _EXCEL)
        return ""
    found = contact.e164(written)
    if found is None:
        line.wrong(columns.PHONE, "This is no telephone number. Write one, such as 0300 1234567.")
    return found or ""


def _card(line: Line, column: str) -> str:
    written = line[column].lstrip("'")
    if not written:
        return ""
    found = _CARD.fullmatch(written)
    if found is None or written[0] not in "1234567":
        line.wrong(column, _EXCEL if _SHORTENED.fullmatch(written) else "It has 13 digits, such as 35202-1234567-1.")
        return ""
    return "".join(found.groups())


def _number(line: Line) -> str:
    written = line[columns.NUMBER].lstrip("'")
    if _SHORTENED.fullmatch(written):
        line.wrong(columns.NUMBER, _EXCEL)
    return written
