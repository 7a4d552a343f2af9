"""Plans, subscriptions, usage."""

from tests.access import fresh
from tests.access.asks.ask import BRANCH, SELF, THING, Ask
from tests.access.samples import PLAN

ASKS = {
    "roster.list_plans": Ask(SELF),
    "roster.show_plan": Ask(SELF),
    "roster.keep_plan": Ask(SELF, body=PLAN),
    "roster.remove_plan": Ask(SELF, fresh=fresh.plan),
    "roster.show_subscriptions": Ask(BRANCH),
    "roster.subscribe": Ask(BRANCH, body={"services": ["meetings", "reports", "notifications"]}),
    "roster.ask_for_subscription": Ask(BRANCH, body={"plan_id": "$plan_id"}, fresh=fresh.plan),
    "roster.withdraw_subscription": Ask(THING, body={"reason": "No longer"}, fresh=fresh.request),
    "roster.approve_subscription": Ask(THING, body={"reason": "Welcome"}, fresh=fresh.request),
    "roster.reject_subscription": Ask(THING, body={"reason": "Not now"}, fresh=fresh.request),
    "roster.suspend_subscription": Ask(THING, body={"reason": "Unpaid"}, fresh=fresh.subscription),
    "roster.resume_subscription": Ask(THING, body={"reason": "Paid"}, fresh=fresh.suspended),
    "roster.end_subscription": Ask(THING, body={"reason": "Over"}, fresh=fresh.subscription),
    "roster.list_subscriptions": Ask(SELF, {"state": "requested"}),
    "roster.show_usage": Ask(BRANCH, {"month": "2026-11"}),
    "roster.export_usage": Ask(SELF, {"month": "2026-11"}),
}
