"""Which event tells whom: the chain's rules, and what a branch makes of them."""

from schoolbus.service import api
from services.notifications.ruling import keeping, schemas

CHAIN, BRANCH = "/v1/notification-rules", "/v1/branches/{branch_id}/notification-rules"
KEY = "/{key}"
KEEP, NARROW = "keep notification rules", "narrow notification rules"


class Ruling:
    @api("GET", CHAIN, gives=schemas.ChainsRules, may=KEEP)
    def list_rules(self, caller):
        """Which event tells whom what, in the whole chain, and what rules can be made of"""
        return keeping.chains(self.store)

    @api("GET", CHAIN + KEY, gives=schemas.ChainsRule, may=KEEP)
    def show_rule(self, caller, key):
        """One rule: as it comes, as the chain has it, what is in force"""
        return keeping.chains_one(self.store, key)

    @api("PUT", CHAIN + KEY, takes=schemas.RuleDraft, gives=schemas.ChainsRule, may=KEEP)
    def keep_rule(self, caller, key, draft):
        """Change a rule for the whole chain, or make one of the chain's own"""
        return keeping.put(self.store, caller, key, draft)

    @api("DELETE", CHAIN + KEY, may=KEEP)
    def reset_rule(self, caller, key):
        """Back to the rule as it comes"""
        keeping.back_to_default(self.store, caller, key)

    @api("GET", BRANCH, gives=schemas.BranchsRules, may=NARROW)
    def list_branch_rules(self, caller, branch_id):
        """Which event tells whom what in a branch"""
        return keeping.of_branch(self.store, caller, branch_id)

    @api("GET", BRANCH + KEY, gives=schemas.BranchsRule, may=NARROW)
    def show_branch_rule(self, caller, branch_id, key):
        """One rule: as it comes, the chain's, how the branch narrows it, what is in force"""
        return keeping.of_branch_one(self.store, caller, branch_id, key)

    @api("PUT", BRANCH + KEY, takes=schemas.Narrowing, gives=schemas.BranchsRule, may=NARROW)
    def narrow_rule(self, caller, branch_id, key, narrowing):
        """Tell less, or more quietly, than the chain's rule"""
        return keeping.narrow(self.store, caller, branch_id, key, narrowing)

    @api("DELETE", BRANCH + KEY, may=NARROW)
    def widen_rule(self, caller, branch_id, key):
        """The chain's rule again as it is"""
        keeping.widen_again(self.store, caller, branch_id, key)
