"""Roster: who belongs to the chain's schools, who is whose guardian, and who may sign in.

Each area's entrypoints stand in its `entrypoints.py`.
"""

from schoolbus.configured import Configured
from services.roster.families.entrypoints import Families
from services.roster.identity.entrypoints import SigningIn
from services.roster.identity.opening import RosterStore
from services.roster.importing.entrypoints import Importing
from services.roster.school.entrypoints import School
from services.roster.search.entrypoints import Searching
from services.roster.settings import Settings
from services.roster.store import Store
from services.roster.subscribing.entrypoints import Subscribing


class Roster(
    Importing,  # a roster arrives
    Families,  # who is one family, and how it wants to be reached
    School,  # who there is
    Searching,  # somebody is looked for by name
    SigningIn,  # somebody signs in
    Subscribing,  # which services a branch has
):
    name = "roster"
    store = RosterStore(Store)
    settings = Configured(Settings)
