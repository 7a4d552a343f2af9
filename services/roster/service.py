"""Roster: who belongs to the chain's schools, who is whose guardian, and who may sign in."""

import json

from schoolbus.configured import Configured
from schoolbus.service import Answer, Upload, api, every
from services.roster import accounts, branches, codes, imports, me, people, schemas
from services.roster.opening import RosterStore
from services.roster.settings import Settings
from services.roster.store import Store

STAFF = ("teacher", "office", "head", "operator")
OFFICE = ("office", "head", "operator")
OPERATOR = ("operator",)


class Roster:
    name = "roster"
    store = RosterStore(Store)
    settings = Configured(Settings)

    # A roster arrives

    @api(
        "POST",
        "/v1/imports",
        query=schemas.ImportQuery,
        takes=Upload("application/zip", limit=imports.LIMIT),
        gives=schemas.ImportLine,
        status=202,
        roles=OPERATOR,
    )
    def receive_roster(self, caller, query, file):
        """Send a roster: a OneRoster 1.2 bulk set as ZIP"""
        return imports.receive(self.store, caller, query["source"], file, self.settings.services)

    @api("GET", "/v1/imports", gives=schemas.ImportLine, roles=OPERATOR, paged=True)
    def list_imports(self, caller, query):
        """Imports, newest first"""
        return imports.page(self.store, query["page"])

    @api("GET", "/v1/imports/{import_id}", gives=schemas.Import, roles=OPERATOR)
    def show_import(self, caller, import_id):
        """How an import gets on, and what it found"""
        return imports.one(self.store, import_id)

    @every(seconds=600)
    def forget_orphans(self):
        imports.forget_orphans(self.store)

    # Somebody signs in

    @api("POST", "/v1/sign-in/password", takes=schemas.PasswordSignIn, gives=schemas.SignedIn, public=True)
    def sign_in(self, caller, wanted):
        """Sign in with username and password (staff)"""
        return accounts.sign_in(self.store, self.settings.signer, **wanted)

    @api("POST", "/v1/sign-in/code", takes=schemas.CodeRequest, gives=schemas.Accepted, status=202, public=True)
    def ask_for_code(self, caller, wanted):
        """Have a one-time code sent to a guardian's phone"""
        codes.ask(self.store, self.settings.signer, wanted["phone"])
        return {"accepted": True}

    @api("POST", "/v1/sign-in/code/verify", takes=schemas.CodeSignIn, gives=schemas.SignedIn, public=True)
    def verify_code(self, caller, wanted):
        """Sign in with the code"""
        return codes.verify(self.store, self.settings.signer, wanted["phone"], wanted["code"], wanted["person_id"])

    @api("GET", "/.well-known/jwks.json", public=True)
    def show_keys(self, caller):
        """The public keys of sign-in tokens (RFC 7517)"""
        return Answer(json.dumps(self.settings.signer.public_keys).encode())

    @api(
        "PUT",
        "/v1/branches/{branch_id}/staff/{person_id}/password",
        takes=schemas.NewPassword,
        gives=schemas.Account,
        roles=OFFICE,
    )
    def set_password(self, caller, branch_id, person_id, wanted):
        """Give a member of staff a password"""
        return accounts.set_password(self.store, caller, branch_id, person_id, wanted)

    @api("GET", "/v1/me", gives=schemas.Me)
    def show_me(self, caller):
        """Who I am, my children, my classes"""
        return me.me(self.store, caller)

    # Who there is

    @api("GET", "/v1/branches", gives=schemas.Branch, paged=True)
    def list_branches(self, caller, query):
        """Branches: all for an operator, else one's own"""
        return branches.page(self.store, caller, query["page"])

    @api("GET", "/v1/branches/{branch_id}/classes", gives=schemas.ClassLine, roles=STAFF, paged=True)
    def list_classes(self, caller, branch_id, query):
        """Classes of a branch"""
        return people.classes(self.store, caller, branch_id, query["page"])

    @api("GET", "/v1/branches/{branch_id}/classes/{class_id}", gives=schemas.Class, roles=STAFF)
    def show_class(self, caller, branch_id, class_id):
        """A class with its teachers and students"""
        return people.one_class(self.store, caller, branch_id, class_id)

    @api("GET", "/v1/branches/{branch_id}/people", query=schemas.PeopleQuery, gives=schemas.Member, roles=OFFICE, paged=True)
    def list_people(self, caller, branch_id, query):
        """People of a branch, by role and name"""
        return people.page(self.store, caller, branch_id, query)

    # Which services a branch has

    @api("GET", "/v1/branches/{branch_id}/subscriptions", gives=schemas.Subscriptions, roles=OFFICE)
    def show_subscriptions(self, caller, branch_id):
        """The services that a branch subscribes to"""
        return branches.one(self.store, caller, branch_id)

    @api(
        "PUT",
        "/v1/branches/{branch_id}/subscriptions",
        takes=schemas.Subscriptions,
        gives=schemas.Subscriptions,
        roles=OPERATOR,
    )
    def subscribe(self, caller, branch_id, wanted):
        """Choose the services of a branch"""
        return branches.subscribe(self.store, caller, branch_id, wanted["services"])

    @api("GET", "/internal/subscriptions", public=True)
    def show_all_subscriptions(self, caller):
        """For the gateway, which lets nobody else in"""
        return Answer(branches.subscriptions(self.store))
