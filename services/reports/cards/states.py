"""The states of a report card: docs/report-cards.md has the way from one to the other."""

DRAFTED = "drafted"  # remarks are written
REVIEWED = "reviewed"  # by the class teacher: the head may approve it
ASKED = "asked"  # approved: the worker makes it
ISSUED = "issued"
FAILED = "failed"
WITHDRAWN = "withdrawn"  # issued by mistake: no family sees it
STATES = (DRAFTED, REVIEWED, ASKED, ISSUED, FAILED, WITHDRAWN)
IN_WORK = (DRAFTED, REVIEWED, ASKED)
WITH_VERSION = (ISSUED, WITHDRAWN)  # a version is given once
