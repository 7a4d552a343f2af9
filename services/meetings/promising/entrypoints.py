"""Commitments: what home and school will do for a child, and whether it was done."""

from schoolbus.service import api, every
from services.meetings.promising import commitments, reminding
from services.meetings.promising.schemas import Commitment, CommitmentChange, CommitmentDraft, CommitmentQuery, Outcome

ALL = "/v1/branches/{branch_id}/commitments"
ONE = f"{ALL}/{{commitment_id}}"


class Promising:
    @api("POST", ALL, takes=CommitmentDraft, gives=Commitment, status=201, may="keep commitments", keyed=True)
    def make_commitment(self, caller, branch_id, draft, key):
        """Agree on something for a child, with an owner and a day"""
        return commitments.make(self.store, caller, branch_id, draft, key)

    @api("GET", ALL, query=CommitmentQuery, gives=Commitment, may="see commitments", paged=True)
    def commitments(self, caller, branch_id, query):
        """A child's commitments, or one's own, by the day on which they are due"""
        return commitments.page(self.store, caller, branch_id, query)

    @api("GET", ONE, gives=Commitment, may="see commitments")
    def commitment(self, caller, branch_id, commitment_id):
        """One commitment"""
        return commitments.one(self.store, caller, branch_id, commitment_id)

    @api("PATCH", ONE, takes=CommitmentChange, gives=Commitment, may="keep commitments")
    def change_commitment(self, caller, branch_id, commitment_id, change):
        """Agree anew on an open commitment: other words, another day"""
        return commitments.change(self.store, caller, branch_id, commitment_id, change)

    @api("PUT", f"{ONE}/outcome", takes=Outcome, gives=Commitment, may="keep commitments")
    def settle_commitment(self, caller, branch_id, commitment_id, outcome):
        """It was done, or not, with a word"""
        return commitments.settle(self.store, caller, branch_id, commitment_id, outcome["state"], outcome["word"])

    @every(seconds=60)
    def remind_of_commitments(self):
        reminding.remind(self.store)
