"""Roster's slow work."""

from schoolbus.work import Work
from services.roster.calendar import calendars
from services.roster.importing import applying

WORK = [
    Work("imports", claim=applying.claim, do=applying.apply),
    Work("calendars", claim=calendars.claim, do=calendars.tell_all),
]
