"""What is kept of single papers; `Store` names each."""

from schoolbus.store import Documents

CERTIFICATES = Documents(
    "certificates",
    indexes=["branch_id student_id given_on _id", "branch_id student_id title_key given_on _id"],
    what="Certificate",
)
