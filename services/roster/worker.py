"""Roster's slow work."""

from schoolbus.work import Work
from services.roster import applying

WORK = [Work("imports", claim=applying.claim, do=applying.apply)]
