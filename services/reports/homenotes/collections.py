"""What is kept of home notes; `Store` names each."""

from schoolbus.store import Documents, Index

HOME_NOTES = Documents(
    "home_notes",
    indexes=[
        "branch_id student_id written_at _id",
        "branch_id guardian_id written_at _id",
        "branch_id written_at student_id",  # about whom somebody wrote lately
    ],
    what="Home note",
    tells=True,
)
VOICES = Documents(
    "home_note_voices",
    indexes=["owner_id", "student_id", "branch_id size", Index("at", where={"used": False})],
    what="Voice note",
)
WISHES = Documents("home_note_wishes", indexes=["branch_id", "guardian_id"])  # how often a family wants to be asked
# A document a branch: when its families are asked next, and up to which of them they have been in this round.
ROUNDS = Documents("home_note_rounds", indexes=["next_at"], tells=True)
