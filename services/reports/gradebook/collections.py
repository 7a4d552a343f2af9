"""What is kept of gradebooks; `Store` names each. `changed_at`: when a document last became another; `deleted`: it is one
to be deleted (OneRoster's `tobedeleted`), which nobody sees but who is told of deletions."""

from schoolbus.store import TEXT, Documents, Index

ACTIVE = {"deleted": False}
# What other systems call it, by itself the id; none for what is an erased child's
_CALLED = Index("branch_id sourced_id", unique=True, where={"sourced_id": TEXT})

SCHEMES = Documents(
    "schemes",
    # A grade of a branch has one scheme; "*" stands for every grade that has none of its own.
    indexes=[Index("branch_id holds_for", unique=True, where=ACTIVE)],
    what="Grading scheme",
)
SCHEME_EDITIONS = Documents("scheme_editions", indexes=["branch_id scheme_id -edition"], what="Edition of a grading scheme")
CATEGORIES = Documents(
    "categories",
    indexes=["branch_id class_id", _CALLED, "branch_id changed_at _id"],
    what="Category",
)
LINE_ITEMS = Documents(
    "line_items",
    indexes=[
        "branch_id class_id term_key subject_key assigned_on _id",
        "branch_id category_id class_id term_key",
        _CALLED,
        "branch_id class_id published_at",
        "branch_id changed_at _id",
    ],
    what="Line item",
    tells=True,
)
RESULTS = Documents(
    "results",
    indexes=[
        "line_item_id",
        _CALLED,
        "branch_id class_id term_key student_id",
        "branch_id student_id term_key",
        Index("branch_id class_id term_key subject _id", where={"term_mark": True}),
        "branch_id changed_at _id",
    ],
    what="Result",
)
RESULT_HISTORY = Documents("result_history", indexes=["branch_id result_id -edition", "student_id"], what="Earlier result")
TERM_KEYS = Documents(  # by which of several terms with one title a branch's documents are found (terms.py)
    "term_keys", indexes=["branch_id title_key", "branch_id term_id"]
)
# Of each term of a class, and of each term of the branch: whoever changes anything in it takes it first.
TERM_LOCKS = Documents("term_locks", indexes=["branch_id term_key class_id", "branch_id changed_at _id"], what="Lock of a term")
