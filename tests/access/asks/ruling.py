"""Which event tells whom: the chain's rules and the branches' narrowings. Of a rule by which nobody here is told."""

from tests.access.asks.ask import BRANCH, SELF, Ask

_RULE = {"key": "activity_reminder"}

ASKS = {
    "notifications.list_rules": Ask(SELF),
    "notifications.show_rule": Ask(SELF, ids=_RULE),
    "notifications.keep_rule": Ask(SELF, body={"urgency": "normal"}, ids=_RULE),
    "notifications.reset_rule": Ask(SELF, ids=_RULE),
    "notifications.list_branch_rules": Ask(BRANCH),
    "notifications.show_branch_rule": Ask(BRANCH, ids=_RULE),
    "notifications.narrow_rule": Ask(BRANCH, body={"urgency": "normal"}, ids=_RULE),
    "notifications.widen_rule": Ask(BRANCH, ids=_RULE),
}
