"""Elections of the parents' association: who stands, who votes, and what came out."""

from schoolbus.service import api, every
from services.meetings.pta.elections import candidates, casting, elections, schemas, tally, turning, views
from services.meetings.pta.entrypoints import KEEP, PTA, SEE

ELECTIONS, CANDIDATE = f"{PTA}/elections", f"{PTA}/candidates/{{pta_candidate_id}}"
ELECTION = f"{ELECTIONS}/{{pta_election_id}}"
STAND, VOTE = "stand for the pta", "vote for the pta"


class PtaElections:
    @api("POST", ELECTIONS, takes=schemas.ElectionDraft, gives=schemas.Election, status=201, may=KEEP, keyed=True)
    def call_pta_election(self, caller, branch_id, draft, key):
        """Call an election; families are told"""
        return elections.call(self.store, self.settings, caller, branch_id, draft, key)

    @api("GET", ELECTIONS, gives=schemas.Election, may=SEE, paged=True)
    def pta_elections(self, caller, branch_id, query):
        """Elections of the PTA, the latest first"""
        return elections.page(self.store, self.settings, caller, branch_id, query["page"])

    @api("GET", ELECTION, gives=schemas.Election, may=SEE)
    def pta_election(self, caller, branch_id, pta_election_id):
        """An election: who stands, and the result when it is counted"""
        return elections.one(self.store, self.settings, caller, branch_id, pta_election_id)

    @api("PUT", ELECTION, takes=schemas.ElectionChange, gives=schemas.Election, may=KEEP)
    def change_pta_election(self, caller, branch_id, pta_election_id, wanted):
        """Change an election while nobody can vote"""
        return elections.change(self.store, caller, branch_id, pta_election_id, wanted)

    @api("POST", f"{ELECTION}/cancellation", gives=schemas.Election, may=KEEP)
    def cancel_pta_election(self, caller, branch_id, pta_election_id):
        """Cancel an election; nothing in the urn is counted"""
        return elections.cancel(self.store, self.settings, caller, branch_id, pta_election_id)

    @api("POST", f"{ELECTION}/counting-code", gives=schemas.CountingCode, status=201, may=KEEP)
    def make_counting_code(self, caller, branch_id, pta_election_id):
        """Have the urn open with a code alone, which is told this once and kept nowhere"""
        return elections.set_code(self.store, self.settings, caller, branch_id, pta_election_id)

    @api("POST", f"{ELECTION}/count", takes=schemas.CountingCode, gives=schemas.Election, may=KEEP)
    def count_pta_election(self, caller, branch_id, pta_election_id, given):
        """Count an election whose urn opens with a code"""
        election = elections.now(self.store, self.settings, caller, branch_id, pta_election_id)
        return tally.with_code(self.store, self.settings, caller, branch_id, election, given["counting_code"])

    # Who stands

    @api("POST", f"{ELECTION}/candidates", takes=schemas.CandidateDraft, gives=schemas.Candidate, status=201, may=STAND)
    def nominate(self, caller, branch_id, pta_election_id, draft):
        """Stand for an office, or nominate another member"""
        return candidates.nominate(self.store, caller, branch_id, pta_election_id, draft)

    @api("GET", CANDIDATE, gives=schemas.Candidate, may=SEE)
    def pta_candidate(self, caller, branch_id, pta_candidate_id):
        """A candidate"""
        return candidates.one(self.store, caller, branch_id, pta_candidate_id)

    @api("PUT", f"{CANDIDATE}/acceptance", takes=schemas.Statement, gives=schemas.Candidate, may=STAND)
    def stand(self, caller, branch_id, pta_candidate_id, wanted):
        """Accept a nomination, with a few words about oneself"""
        return candidates.stand(self.store, caller, branch_id, pta_candidate_id, wanted)

    @api("DELETE", f"{CANDIDATE}/acceptance", gives=schemas.Candidate, may=STAND)
    def withdraw(self, caller, branch_id, pta_candidate_id):
        """Decline a nomination, or stand no longer"""
        return candidates.withdraw(self.store, caller, branch_id, pta_candidate_id)

    # Who votes

    @api("GET", f"{ELECTION}/paper", gives=schemas.Paper, may=VOTE)
    def ballot_paper(self, caller, branch_id, pta_election_id):
        """The ballot to be filled in, and whether my family may vote or has"""
        return casting.paper(self.store, self.settings, caller, branch_id, pta_election_id)

    @api("POST", f"{ELECTION}/votes", takes=schemas.Vote, gives=schemas.Receipt, status=201, may=VOTE, keyed=True)
    def vote(self, caller, branch_id, pta_election_id, vote, key):
        """My family's one vote; the answer is the code of the ballot"""
        return casting.vote(self.store, self.settings, caller, branch_id, pta_election_id, vote["marks"], key)

    @api("GET", f"{ELECTION}/ballots", query=schemas.BallotsQuery, gives=schemas.Ballot, may=SEE, paged=True)
    def pta_ballots(self, caller, branch_id, pta_election_id, query):
        """All ballots that were counted, by their codes; or the one of a code"""
        return views.ballots(self.store, caller, branch_id, pta_election_id, query)

    @api("GET", f"{ELECTION}/voters", gives=schemas.Voter, may=KEEP, paged=True)
    def pta_voters(self, caller, branch_id, pta_election_id, query):
        """Which households could vote and which did, when voting has closed"""
        return views.voters(self.store, caller, branch_id, pta_election_id, query)

    # As time passes

    @every(seconds=15)
    def turn_elections(self):
        turning.turn(self.store, self.settings)
