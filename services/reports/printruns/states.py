"""The states of a print run, and what it can be of. docs/printing.md draws the way from one to the other."""

ASKED, WORKING, MADE, FAILED, CANCELLED, REMOVED = "asked", "working", "made", "failed", "cancelled", "removed"
UNDER_WAY = (ASKED, WORKING)
STATES = (ASKED, WORKING, MADE, FAILED, CANCELLED, REMOVED)  # removed: it was made, and its file is kept no longer
WAITING, DONE = "waiting", "done"  # of a part; or failed

CARDS, LETTERS, CERTIFICATES = "report_cards", "letters", "certificates"
DIARY_WEEKS, REGISTERS = "diary_weeks", "registers"
WHAT = (CARDS, LETTERS, CERTIFICATES, DIARY_WEEKS, REGISTERS)
CLASS, GRADE, BRANCH = "class", "grade", "branch"
OF = (CLASS, GRADE, BRANCH)
