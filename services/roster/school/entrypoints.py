"""Who there is."""

from schoolbus.service import api
from services.roster.school import branches, me, people, schemas


class School:
    @api("GET", "/v1/me", gives=schemas.Me, may="see oneself")
    def show_me(self, caller):
        """Who I am, my children, my classes"""
        return me.me(self.store, caller)

    @api("GET", "/v1/branches", gives=schemas.Branch, may="see branches", paged=True)
    def list_branches(self, caller, query):
        """Branches: all for an operator, else one's own"""
        return branches.page(self.store, caller, query["page"])

    @api("GET", "/v1/branches/{branch_id}/classes", gives=schemas.ClassLine, may="see classes", paged=True)
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
