"""The words of timetables that several files share."""

TIMETABLE, BOOKING = "timetable", "booking"  # a day's mode: first families' wishes, or booking from the start
ASKED, SOLVED, FAILED = "asked", "solved", "failed"  # a timetable
PUBLISHING, PUBLISHED, REPLACED = "publishing", "published", "replaced"  # what became of it
TAKEN, KEPT_BOOKED, GONE = "taken", "booked", "cancelled"  # what became of a placement when it was published
