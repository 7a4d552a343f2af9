"""The columns of a class list, and the titles by which they are known, in English or Urdu. Plain values."""

from schoolbus.sheets import csv

CLASS, SECTION, NUMBER, STUDENT = "class", "section", "number", "student"
FAMILY, STUDENT_UR, B_FORM = "family_name", "student_ur", "b_form"
GUARDIAN, GUARDIAN_UR, PHONE, CNIC = "guardian", "guardian_ur", "phone", "cnic"
NEEDED = (CLASS, STUDENT)
_TITLES = {
    CLASS: ("Class", "Class name", "Class section", "Class and section", "جماعت", "کلاس"),
    SECTION: ("Section", "سیکشن"),
    NUMBER: ("Admission number", "Admission no", "Adm no", "GR no", "GR number", "Registration no", "Reg no", "داخلہ نمبر"),
    STUDENT: (
        *("Student", "Student name", "Students name", "Name of student", "Child", "Child name", "Name"),
        *("طالب علم", "طالب علم کا نام", "نام", "بچے کا نام"),
    ),
    FAMILY: ("Family name", "Surname", "Last name", "خاندانی نام"),
    STUDENT_UR: (
        *("Student in Urdu", "Student name in Urdu", "Student name Urdu", "Name in Urdu", "Name Urdu"),
        *("نام اردو میں", "اردو نام"),
    ),
    B_FORM: ("B form", "B form no", "Student B form", "بی فارم", "ب فارم"),
    GUARDIAN: (
        *("Guardian", "Guardian name", "Guardians name", "Father", "Father name", "Fathers name", "Parent", "Parent name"),
        *("سرپرست", "سرپرست کا نام", "والد", "والد کا نام"),
    ),
    GUARDIAN_UR: ("Guardian in Urdu", "Guardian name in Urdu", "Guardian name Urdu", "سرپرست اردو میں"),
    PHONE: (
        *("Guardian phone", "Phone", "Phone no", "Phone number", "Mobile", "Mobile no", "Mobile number", "Cell", "Cell no"),
        *("Contact", "Contact no", "Contact number", "فون", "فون نمبر", "موبائل", "موبائل نمبر", "رابطہ نمبر"),
    ),
    CNIC: ("Guardian CNIC", "CNIC", "CNIC no", "CNIC number", "Father CNIC", "شناختی کارڈ", "شناختی کارڈ نمبر"),
}  # fmt: skip
NAMES = {column: titles[0].lower() for column, titles in _TITLES.items()} | {CNIC: "guardian's CNIC"}


def _folded(title: str) -> str:
    kept = "".join(each for each in title.casefold() if each not in "'’`.:()#*")
    return " ".join("".join(each if each.isalnum() else " " for each in kept).split())


_BY_TITLE = {_folded(title): column for column, titles in _TITLES.items() for title in titles}


def column_of(title: str) -> str | None:
    return _BY_TITLE.get(_folded(title))


def template() -> bytes:
    """A sheet to fill in: its titles alone, as an example left in it would become a child and somebody's phone."""
    return csv([_TITLES[column][0] for column in (CLASS, NUMBER, STUDENT, STUDENT_UR, GUARDIAN, PHONE, CNIC)], [])
