"""Who there is."""

from schoolbus.service import api, every
from services.roster import telling
from services.roster.fields import EndQuery
from services.roster.school import branches, classes, granting, guardians, me, members, people, schemas, subjects

BRANCH = "/v1/branches/{branch_id}"
PERSON = f"{BRANCH}/people/{{person_id}}"
RELATION = f"{BRANCH}/relations/{{relation_id}}"


class School:
    @api("GET", "/v1/me", gives=schemas.Me, may="see oneself")
    def show_me(self, caller):
        """Who I am, my children, my classes"""
        return me.me(self.store, caller)

    @api("GET", "/v1/branches", query=schemas.BranchQuery, gives=schemas.Branch, may="see branches", paged=True)
    def list_branches(self, caller, query):
        """Branches: all for an operator, else one's own; by a part of their name, or by their ids"""
        return branches.page(self.store, caller, query)

    @api("GET", BRANCH, gives=schemas.Branch, may="see branches")
    def show_branch(self, caller, branch_id):
        """One branch"""
        return branches.one(self.store, caller, branch_id)

    @api("GET", "/v1/branches/{branch_id}/classes", gives=schemas.ClassRecord, may="see classes", paged=True)
    def list_classes(self, caller, branch_id, query):
        """Classes of a branch"""
        return people.classes(self.store, caller, branch_id, query["page"])

    @api("GET", "/v1/branches/{branch_id}/classes/{class_id}", gives=schemas.Class, may="see members of a class")
    def show_class(self, caller, branch_id, class_id):
        """A class with its teachers and students"""
        return people.one_class(self.store, caller, branch_id, class_id)

    @api(
        "GET", "/v1/branches/{branch_id}/people", query=schemas.PeopleQuery, gives=schemas.Member, may="see people", paged=True
    )
    def list_people(self, caller, branch_id, query):
        """People of a branch, by role and name"""
        return people.page(self.store, caller, branch_id, query)

    @api("GET", PERSON, gives=schemas.PersonRecord, may="see people")
    def show_person(self, caller, branch_id, person_id):
        """Somebody of a branch with their guardians or children"""
        return people.one(self.store, caller, branch_id, person_id)

    # Kept by hand

    @api("POST", "/v1/branches", takes=schemas.BranchDraft, gives=schemas.Branch, status=201, may="keep branches")
    def add_branch(self, caller, draft):
        """Add a branch"""
        return branches.add(self.store, draft, self.settings.services)

    @api("PATCH", BRANCH, takes=schemas.NameChange, gives=schemas.Branch, may="keep branches")
    def change_branch(self, caller, branch_id, wanted):
        """Rename a branch"""
        return branches.change(self.store, branch_id, wanted)

    @api("DELETE", BRANCH, query=EndQuery, gives=schemas.Branch, may="keep branches")
    def close_branch(self, caller, branch_id, query):
        """Close a branch that no student is in"""
        return branches.close(self.store, branch_id, query["version"])

    @api("GET", f"{BRANCH}/subjects", gives=schemas.Subject, may="see classes", paged=True)
    def list_subjects(self, caller, branch_id, query):
        """A branch's subjects"""
        return subjects.page(self.store, caller, branch_id, query["page"])

    @api("POST", f"{BRANCH}/subjects", takes=schemas.SubjectDraft, gives=schemas.Subject, status=201, may="keep classes")
    def add_subject(self, caller, branch_id, draft):
        """Add a subject"""
        return subjects.add(self.store, caller, branch_id, draft)

    @api("PATCH", f"{BRANCH}/subjects/{{subject_id}}", takes=schemas.NameChange, gives=schemas.Subject, may="keep classes")
    def change_subject(self, caller, branch_id, subject_id, wanted):
        """Rename a subject, and in the classes that name it"""
        return subjects.change(self.store, caller, branch_id, subject_id, wanted)

    @api("DELETE", f"{BRANCH}/subjects/{{subject_id}}", query=EndQuery, gives=schemas.Subject, may="keep classes")
    def end_subject(self, caller, branch_id, subject_id, query):
        """End a subject that no class names"""
        return subjects.end(self.store, caller, branch_id, subject_id, query["version"])

    @api("POST", f"{BRANCH}/classes", takes=schemas.ClassDraft, gives=schemas.ClassRecord, status=201, may="keep classes")
    def add_class(self, caller, branch_id, draft):
        """Add a class"""
        return classes.add(self.store, caller, branch_id, draft)

    @api("PATCH", f"{BRANCH}/classes/{{class_id}}", takes=schemas.ClassChange, gives=schemas.ClassRecord, may="keep classes")
    def change_class(self, caller, branch_id, class_id, wanted):
        """Change a class"""
        return classes.change(self.store, caller, branch_id, class_id, wanted)

    @api("DELETE", f"{BRANCH}/classes/{{class_id}}", query=schemas.ClassEndQuery, gives=schemas.ClassRecord, may="keep classes")
    def end_class(self, caller, branch_id, class_id, query):
        """End a class, and say what becomes of its students"""
        return classes.end(self.store, caller, branch_id, class_id, query)

    @api("POST", f"{BRANCH}/people", takes=schemas.PeopleDrafts, gives=schemas.Members, status=201, may="keep people")
    def add_people(self, caller, branch_id, drafts):
        """Add up to 500 people: all or none"""
        return {"people": members.add(self.store, caller, branch_id, drafts["people"])}

    @api("PATCH", PERSON, takes=schemas.PersonChange, gives=schemas.Member, may="keep people")
    def change_person(self, caller, branch_id, person_id, wanted):
        """Change what is known of a person"""
        return members.change(self.store, caller, branch_id, person_id, wanted)

    @api("DELETE", PERSON, query=EndQuery, gives=schemas.Member, may="keep people")
    def end_person(self, caller, branch_id, person_id, query):
        """Somebody leaves the branch"""
        return members.end(self.store, caller, branch_id, person_id, query["version"])

    @api("POST", f"{PERSON}/return", takes=schemas.Return, gives=schemas.Member, may="keep people")
    def bring_person_back(self, caller, branch_id, person_id, wanted):
        """Somebody who left comes again"""
        return members.bring_back(self.store, caller, branch_id, person_id, wanted)

    @api("PUT", f"{PERSON}/granted-roles", takes=schemas.Grant, gives=schemas.Member, may="grant roles")
    def grant_roles(self, caller, branch_id, person_id, wanted):
        """Grant roles beside those of the roster"""
        return granting.grant(self.store, caller, branch_id, person_id, wanted)

    @api("POST", f"{PERSON}/guardians", takes=schemas.GuardianDraft, gives=schemas.GuardianOf, status=201, may="keep relations")
    def add_guardian(self, caller, branch_id, person_id, wanted):
        """Add a guardian to a student"""
        return guardians.add(self.store, caller, branch_id, person_id, wanted)

    @api("PATCH", RELATION, takes=schemas.RelationChange, gives=schemas.GuardianOf, may="keep relations")
    def change_relation(self, caller, branch_id, relation_id, wanted):
        """Say what a guardian may do"""
        return guardians.change(self.store, caller, branch_id, relation_id, wanted)

    @api("DELETE", RELATION, query=EndQuery, gives=schemas.GuardianOf, may="keep relations")
    def end_relation(self, caller, branch_id, relation_id, query):
        """Somebody is a child's guardian no more"""
        return guardians.end(self.store, caller, branch_id, relation_id, query["version"])

    @every(seconds=3600)
    def forget_what_was_told(self):
        telling.forget(self.store)
