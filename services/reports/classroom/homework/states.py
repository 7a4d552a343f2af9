"""What homework can be, and what families and teachers can say of it."""

HOMEWORK, PROJECT = KINDS = ("homework", "project")
SET, WITHDRAWN = STATES = ("set", "withdrawn")
DONE = ("yes", "partly", "no", "help")  # by the family; help: the child can't do it alone
CHECKED = ("done", "partly", "not_done", "late")  # by the teacher
MOST_STEPS = 20
MOST_EDITIONS = 50
