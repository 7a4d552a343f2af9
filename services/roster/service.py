"""Roster: who belongs to the chain's schools, who is whose guardian, and who may sign in.

Each area's entrypoints stand in its `entrypoints.py`.
"""

from schoolbus.configured import Configured
from services.roster.calendar.entrypoints import Calendar
from services.roster.classlists.entrypoints import ClassLists
from services.roster.contacts.entrypoints import Contacts
from services.roster.families.entrypoints import Families
from services.roster.identity.entrypoints import SigningIn
from services.roster.identity.opening import RosterStore
from services.roster.importing.entrypoints import Importing
from services.roster.machines.entrypoints import Machines
from services.roster.moving.entrypoints import Moving
from services.roster.privacy.entrypoints import Privacy
from services.roster.provider.entrypoints import Provider
from services.roster.pulling.entrypoints import Pulling
from services.roster.replaying.entrypoints import Replaying
from services.roster.school.entrypoints import School
from services.roster.search.entrypoints import Searching
from services.roster.settings import Settings
from services.roster.store import Store
from services.roster.subscribing.entrypoints import Subscribing
from services.roster.waiting.entrypoints import Waiting


class Roster(
    Importing,  # a roster arrives
    ClassLists,  # a branch's office sends a class list
    Privacy,  # who saw what, what is kept of whom
    School,  # who there is
    Families,  # who is one family, and how it wants to be reached
    Contacts,  # which numbers and mailboxes do not work
    Searching,  # somebody is looked for by name
    Moving,  # students come, move and go
    Calendar,  # when there is school
    SigningIn,  # somebody signs in
    Waiting,  # what its office has to do
    Subscribing,  # which services a branch has
    Machines,  # other systems sign in
    Provider,  # and read the roster
    Pulling,  # and we read theirs
    Replaying,  # a reader of our events wants its copy anew
):
    name = "roster"
    store = RosterStore(Store)
    settings = Configured(Settings)
