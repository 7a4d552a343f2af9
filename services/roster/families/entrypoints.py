"""Who is one family, and how it wants to be reached."""

from schoolbus.service import api, every
from services.roster.families import deciding, matches, merging, preferences, schemas, siblings


class Families:
    @api("GET", "/v1/branches/{branch_id}/people/{student_id}/family", gives=schemas.Family, may="see families")
    def show_family(self, caller, branch_id, student_id):
        """A child's guardians, brothers and sisters"""
        return siblings.family(self.store, caller, branch_id, student_id)

    # One guardian in several records

    @api("GET", "/v1/branches/{branch_id}/guardian-matches", gives=schemas.Match, may="merge guardians", paged=True)
    def list_matches(self, caller, branch_id, query):
        """Guardians of a branch who may be the same person as another"""
        return matches.in_branch(self.store, caller, branch_id, query["page"])

    @api("GET", "/v1/guardian-matches", gives=schemas.Match, may="see people of the chain", paged=True)
    def list_all_matches(self, caller, query):
        """Guardians of the chain who may be the same person"""
        return matches.in_chain(self.store, caller, query["page"])

    @api("GET", "/v1/guardians/{person_id}/merges", gives=schemas.Merges, may="merge guardians")
    def list_merges(self, caller, person_id):
        """What is merged with a guardian, or proposed to be"""
        return {"items": deciding.of_guardian(self.store, caller, person_id)}

    @api("POST", "/v1/guardians/{kept_id}/merges", takes=schemas.MergeDraft, gives=schemas.Merge, may="merge guardians")
    def merge_guardians(self, caller, kept_id, draft):
        """Agree that another record is this guardian's; done once all their branches agree, or the operator does"""
        return deciding.merge(self.store, caller, kept_id, draft["other_id"])

    @api("DELETE", "/v1/guardians/{kept_id}/merges/{other_id}", may="merge guardians")
    def part_guardians(self, caller, kept_id, other_id):
        """Split two records, or say that they are two people"""
        deciding.part(self.store, caller, kept_id, other_id)

    # Preferences

    @api("GET", "/v1/me/preferences", gives=schemas.Preferences, may="choose own preferences")
    def show_my_preferences(self, caller):
        """How I want to be reached"""
        return preferences.mine(self.store, caller)

    @api("PUT", "/v1/me/preferences", takes=schemas.Preferences, gives=schemas.Preferences, may="choose own preferences")
    def set_my_preferences(self, caller, wanted):
        """Say how I want to be reached"""
        return preferences.set_mine(self.store, caller, wanted)

    @api("GET", "/v1/me/preferences/proposals", gives=schemas.Proposals, may="choose own preferences")
    def list_proposals(self, caller):
        """What my children's class teachers propose"""
        return {"items": preferences.proposals(self.store, caller)}

    @api(
        "POST",
        "/v1/me/preferences/proposals/{proposal_id}",
        takes=schemas.ProposalAnswer,
        gives=schemas.Preferences,
        may="choose own preferences",
    )
    def answer_proposal(self, caller, proposal_id, answer):
        """Accept or decline a proposal"""
        return preferences.answer(self.store, caller, proposal_id, answer["accept"])

    @api("GET", "/v1/branches/{branch_id}/people/{person_id}/preferences", gives=schemas.Preferences, may="see preferences")
    def show_preferences(self, caller, branch_id, person_id):
        """How a guardian wants to be reached"""
        return preferences.of(self.store, caller, branch_id, person_id)

    @api(
        "PUT",
        "/v1/branches/{branch_id}/people/{person_id}/preferences",
        takes=schemas.Preferences,
        gives=schemas.Preferences,
        may="set preferences",
    )
    def set_preferences(self, caller, branch_id, person_id, wanted):
        """Say for a guardian how they want to be reached"""
        return preferences.set_for(self.store, caller, branch_id, person_id, wanted)

    @api(
        "POST",
        "/v1/branches/{branch_id}/people/{person_id}/preferences/proposals",
        takes=schemas.ProposalDraft,
        gives=schemas.Proposal,
        status=201,
        may="propose preferences",
    )
    def propose_preferences(self, caller, branch_id, person_id, draft):
        """Propose to a guardian how they could be reached"""
        return preferences.propose(self.store, caller, branch_id, person_id, draft)

    @every(seconds=30)
    def settle_late(self):
        merging.settle_late(self.store)
