"""Roster's slow work."""

from schoolbus.replay import telling
from schoolbus.settings import read
from schoolbus.work import Work
from services.roster.calendar import calendars
from services.roster.classlists import working
from services.roster.importing import applying
from services.roster.privacy import assembling
from services.roster.pulling import running
from services.roster.pulling.settings import Pulls
from services.roster.replaying.records import SOURCE

_pulls = read(Pulls)

WORK = [  # the roster of a whole chain is nine minutes of work: docs/capacity.md
    Work("imports", claim=applying.claim, do=applying.apply, longest=840),
    Work("class lists", claim=working.claim, do=working.work),
    Work("calendars", claim=calendars.claim, do=calendars.tell_all),
    Work("exports", claim=assembling.claim, do=assembling.assemble, longest=300),
    telling.work(SOURCE),
    Work("pulls", claim=running.claim, do=lambda store, pull: running.work(store, pull, _pulls), longest=180),
]
