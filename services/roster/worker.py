"""Roster's slow work."""

from schoolbus.work import Work
from services.roster.importing import applying
from services.roster.privacy import assembling

WORK = [
    Work("imports", claim=applying.claim, do=applying.apply),
    Work("exports", claim=assembling.claim, do=assembling.assemble),
]
