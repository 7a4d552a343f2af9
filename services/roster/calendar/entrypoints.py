"""When there is school."""

from schoolbus.service import api
from services.roster.calendar import holidays, schemas, terms
from services.roster.fields import EndQuery

BRANCH = "/v1/branches/{branch_id}"
KEEP, KEEP_ALL = "keep the calendar", "keep the chain's terms"


class Calendar:
    @api("GET", f"{BRANCH}/terms", gives=schemas.Term, may="see the calendar", paged=True)
    def list_terms(self, caller, branch_id, query):
        """Terms that count in a branch, the latest first"""
        return terms.page(self.store, caller, branch_id, query["page"])

    @api("POST", f"{BRANCH}/terms", takes=schemas.TermDraft, gives=schemas.Term, status=201, may=KEEP)
    def add_term(self, caller, branch_id, draft):
        """Add a term of a branch"""
        return terms.add(self.store, caller, branch_id, draft)

    @api("PATCH", f"{BRANCH}/terms/{{term_id}}", takes=schemas.TermChange, gives=schemas.Term, may=KEEP)
    def change_term(self, caller, branch_id, term_id, wanted):
        """Change a term of a branch"""
        return terms.change(self.store, caller, branch_id, term_id, wanted)

    @api("DELETE", f"{BRANCH}/terms/{{term_id}}", query=EndQuery, gives=schemas.Term, may=KEEP)
    def end_term(self, caller, branch_id, term_id, query):
        """End a term of a branch"""
        return terms.end(self.store, caller, branch_id, term_id, query["version"])

    @api("GET", "/v1/terms", gives=schemas.Term, may=KEEP_ALL, paged=True)
    def list_chain_terms(self, caller, query):
        """The chain's terms, the latest first"""
        return terms.page(self.store, caller, None, query["page"])

    @api("POST", "/v1/terms", takes=schemas.TermDraft, gives=schemas.Term, status=201, may=KEEP_ALL)
    def add_chain_term(self, caller, draft):
        """Add a term that counts in every branch"""
        return terms.add(self.store, caller, None, draft)

    @api("PATCH", "/v1/terms/{term_id}", takes=schemas.TermChange, gives=schemas.Term, may=KEEP_ALL)
    def change_chain_term(self, caller, term_id, wanted):
        """Change a term of the chain"""
        return terms.change(self.store, caller, None, term_id, wanted)

    @api("DELETE", "/v1/terms/{term_id}", query=EndQuery, gives=schemas.Term, may=KEEP_ALL)
    def end_chain_term(self, caller, term_id, query):
        """End a term of the chain"""
        return terms.end(self.store, caller, None, term_id, query["version"])

    @api("GET", f"{BRANCH}/holidays", gives=schemas.Holiday, may="see the calendar", paged=True)
    def list_holidays(self, caller, branch_id, query):
        """A branch's holidays, the latest first"""
        return holidays.page(self.store, caller, branch_id, query["page"])

    @api("POST", f"{BRANCH}/holidays", takes=schemas.HolidayDraft, gives=schemas.Holiday, status=201, may=KEEP)
    def add_holiday(self, caller, branch_id, draft):
        """Add a holiday"""
        return holidays.add(self.store, caller, branch_id, draft)

    @api("PATCH", f"{BRANCH}/holidays/{{holiday_id}}", takes=schemas.HolidayChange, gives=schemas.Holiday, may=KEEP)
    def change_holiday(self, caller, branch_id, holiday_id, wanted):
        """Change a holiday"""
        return holidays.change(self.store, caller, branch_id, holiday_id, wanted)

    @api("DELETE", f"{BRANCH}/holidays/{{holiday_id}}", query=EndQuery, gives=schemas.Holiday, may=KEEP)
    def end_holiday(self, caller, branch_id, holiday_id, query):
        """Take a holiday back"""
        return holidays.end(self.store, caller, branch_id, holiday_id, query["version"])
