"""Students come, move and go."""

from schoolbus.service import api, every
from services.roster.moving import enrollments, history, promotions, schemas, transfers
from services.roster.schemas import BranchName
from services.roster.school import branches
from services.roster.school.schemas import BranchQuery

BRANCH = "/v1/branches/{branch_id}"
ENROLLMENTS, TRANSFERS = f"{BRANCH}/enrollments", f"{BRANCH}/transfers"
PROMOTION = f"{BRANCH}/classes/{{class_id}}/promotion"
ENROL, TRANSFER, PROMOTE = "enrol", "transfer students", "promote classes"


class Moving:
    @api("GET", ENROLLMENTS, query=schemas.EnrollmentsQuery, gives=schemas.Enrollment, may="see people", paged=True)
    def list_enrollments(self, caller, branch_id, query):
        """Enrolments of a class or a person"""
        return enrollments.page(self.store, caller, branch_id, query)

    @api("POST", ENROLLMENTS, takes=schemas.EnrollmentDrafts, gives=schemas.Enrollments, status=201, may=ENROL)
    def enrol(self, caller, branch_id, drafts):
        """Enrol up to 500 people: all or none"""
        return {"enrollments": enrollments.enrol(self.store, caller, branch_id, drafts["enrollments"])}

    @api("DELETE", f"{ENROLLMENTS}/{{enrollment_id}}", query=schemas.WithdrawQuery, gives=schemas.Enrollment, may=ENROL)
    def withdraw(self, caller, branch_id, enrollment_id, query):
        """Withdraw somebody from a class"""
        return enrollments.withdraw(self.store, caller, branch_id, enrollment_id, query)

    @api("POST", f"{ENROLLMENTS}/{{enrollment_id}}/move", takes=schemas.Move, gives=schemas.Enrollment, may=ENROL)
    def move(self, caller, branch_id, enrollment_id, wanted):
        """Move a student to another class"""
        return enrollments.move(self.store, caller, branch_id, enrollment_id, wanted)

    @api("GET", TRANSFERS, query=schemas.TransfersQuery, gives=schemas.Transfer, may=TRANSFER, paged=True)
    def list_transfers(self, caller, branch_id, query):
        """Transfers from and to a branch, the newest first"""
        return transfers.page(self.store, caller, branch_id, query)

    @api("GET", f"{TRANSFERS}/branches", query=BranchQuery, gives=BranchName, may=TRANSFER, paged=True)
    def list_other_branches(self, caller, branch_id, query):
        """The chain's other branches, to which a student may go: by a part of their name, or by their ids"""
        return branches.others(self.store, caller, branch_id, query)

    @api("POST", TRANSFERS, takes=schemas.TransferDraft, gives=schemas.Transfer, status=201, may=TRANSFER)
    def ask_for_transfer(self, caller, branch_id, draft):
        """Ask another branch to take a student"""
        return transfers.ask(self.store, caller, branch_id, draft)

    @api("POST", f"{TRANSFERS}/{{transfer_id}}/accept", takes=schemas.Acceptance, gives=schemas.Transfer, may=TRANSFER)
    def accept_transfer(self, caller, branch_id, transfer_id, wanted):
        """Take a student from another branch"""
        return transfers.accept(self.store, caller, branch_id, transfer_id, wanted)

    @api("POST", f"{TRANSFERS}/{{transfer_id}}/refuse", takes=schemas.Refusal, gives=schemas.Transfer, may=TRANSFER)
    def refuse_transfer(self, caller, branch_id, transfer_id, wanted):
        """Do not take a student from another branch"""
        return transfers.refuse_transfer(self.store, caller, branch_id, transfer_id, wanted)

    @api("DELETE", f"{TRANSFERS}/{{transfer_id}}", gives=schemas.Transfer, may=TRANSFER)
    def withdraw_transfer(self, caller, branch_id, transfer_id):
        """Take back what was asked for"""
        return transfers.withdraw(self.store, caller, branch_id, transfer_id)

    @api("GET", f"{BRANCH}/people/{{person_id}}/history", gives=schemas.History, may="see people")
    def show_history(self, caller, branch_id, person_id):
        """Where somebody was when"""
        return history.of(self.store, caller, branch_id, person_id)

    @api("POST", f"{PROMOTION}/preview", takes=schemas.PromotionPlan, gives=schemas.Promotion, may=PROMOTE)
    def preview_promotion(self, caller, branch_id, class_id, wanted):
        """Who would go where at the year's end"""
        return promotions.preview(self.store, caller, branch_id, class_id, wanted)

    @api("POST", PROMOTION, takes=schemas.PromotionPlan, gives=schemas.Promotion, may=PROMOTE)
    def promote_class(self, caller, branch_id, class_id, wanted):
        """Promote a class at the year's end"""
        return promotions.promote(self.store, caller, branch_id, class_id, wanted)

    @every(seconds=600)
    def end_due_enrollments(self):
        enrollments.end_due(self.store)
