"""Which services a branch has: plans, subscriptions to them, and what was used."""

from schoolbus.clock import today
from schoolbus.contracts import notifications, reports
from schoolbus.service import Answer, Media, api, every, on
from services.roster.subscribing import plans, reckoning, schemas, states, subscriptions, usage

OF_BRANCH = "/v1/branches/{branch_id}/subscriptions"
ONE = OF_BRANCH + "/{subscription_id}"


class Subscribing:
    # Plans

    @api("GET", "/v1/plans", gives=schemas.Plan, paged=True, may="see plans")
    def list_plans(self, caller, query):
        """The plans that branches can ask for"""
        return plans.page(self.store, query["page"])

    @api("GET", "/v1/plans/{plan_id}", gives=schemas.Plan, may="see plans")
    def show_plan(self, caller, plan_id):
        """One plan"""
        return plans.one(self.store, plan_id)

    @api("PUT", "/v1/plans/{plan_id}", takes=schemas.PlanDraft, gives=schemas.Plan, may="keep plans")
    def keep_plan(self, caller, plan_id, draft):
        """Make a plan, or change it for all who have it"""
        return plans.keep(self.store, caller, plan_id, draft)

    @api("DELETE", "/v1/plans/{plan_id}", may="keep plans")
    def remove_plan(self, caller, plan_id):
        """Remove a plan that nobody has"""
        plans.remove(self.store, plan_id)

    # Subscriptions

    @api("GET", OF_BRANCH, gives=schemas.Overview, may="see subscriptions")
    def show_subscriptions(self, caller, branch_id):
        """What a branch subscribes to, its limits, and what it used this month"""
        return subscriptions.overview(self.store, caller, branch_id)

    @api("PUT", OF_BRANCH, takes=schemas.Subscriptions, gives=schemas.Subscriptions, may="choose subscriptions")
    def subscribe(self, caller, branch_id, wanted):
        """Choose the services of a branch, without a plan"""
        return subscriptions.subscribe(self.store, caller, branch_id, wanted["services"])

    @api("POST", OF_BRANCH, takes=schemas.Request, gives=schemas.Subscription, status=201, may="ask for subscriptions")
    def ask_for_subscription(self, caller, branch_id, wanted):
        """Ask for a plan; an operator has it at once"""
        return subscriptions.ask(self.store, caller, branch_id, wanted)

    @api("POST", ONE + "/withdrawal", takes=schemas.Reasoned, gives=schemas.Subscription, may="ask for subscriptions")
    def withdraw_subscription(self, caller, branch_id, subscription_id, asked):
        """Take a request back"""
        return subscriptions.act(self.store, caller, branch_id, subscription_id, states.WITHDRAW, asked)

    @api("POST", ONE + "/approval", takes=schemas.Approval, gives=schemas.Subscription, may="choose subscriptions")
    def approve_subscription(self, caller, branch_id, subscription_id, asked):
        """Approve what a branch asked for"""
        return subscriptions.act(self.store, caller, branch_id, subscription_id, states.APPROVE, asked)

    @api("POST", ONE + "/rejection", takes=schemas.Reasoned, gives=schemas.Subscription, may="choose subscriptions")
    def reject_subscription(self, caller, branch_id, subscription_id, asked):
        """Reject what a branch asked for"""
        return subscriptions.act(self.store, caller, branch_id, subscription_id, states.REJECT, asked)

    @api("POST", ONE + "/suspension", takes=schemas.Reasoned, gives=schemas.Subscription, may="choose subscriptions")
    def suspend_subscription(self, caller, branch_id, subscription_id, asked):
        """Suspend a subscription; the branch's data stays"""
        return subscriptions.act(self.store, caller, branch_id, subscription_id, states.SUSPEND, asked)

    @api("POST", ONE + "/resumption", takes=schemas.Reasoned, gives=schemas.Subscription, may="choose subscriptions")
    def resume_subscription(self, caller, branch_id, subscription_id, asked):
        """Resume a suspended subscription"""
        return subscriptions.act(self.store, caller, branch_id, subscription_id, states.RESUME, asked)

    @api("POST", ONE + "/end", takes=schemas.End, gives=schemas.Subscription, may="choose subscriptions")
    def end_subscription(self, caller, branch_id, subscription_id, asked):
        """End a subscription, at once or after a last day"""
        return subscriptions.act(self.store, caller, branch_id, subscription_id, states.END, asked)

    @api(
        "GET",
        "/v1/subscriptions",
        query=schemas.SubscriptionQuery,
        gives=schemas.Subscription,
        paged=True,
        may="choose subscriptions",
    )
    def list_subscriptions(self, caller, query):
        """Subscriptions of all branches, such as those that wait for approval"""
        return subscriptions.page(self.store, query)

    @api("GET", "/internal/subscriptions", public=True)
    def show_all_subscriptions(self, caller):
        """For the gateway, which lets nobody else in"""
        return Answer(subscriptions.for_gateway(self.store))

    @every(seconds=1)
    def pass_time(self):
        reckoning.pass_time(self.store, today())

    # Usage

    @api("GET", "/v1/branches/{branch_id}/usage", query=schemas.MonthQuery, gives=schemas.Usage, may="see subscriptions")
    def show_usage(self, caller, branch_id, query):
        """What a branch used in a month"""
        return usage.of_branch(self.store, caller, branch_id, query["month"])

    @api("GET", "/v1/usage.csv", query=schemas.MonthQuery, gives=Media("text/csv"), may="export usage")
    def export_usage(self, caller, query):
        """What all branches used in a month, for a spreadsheet"""
        body, name = usage.csv(self.store, query["month"])
        return Answer(body, "text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'})

    @on(notifications.UsageMetered)
    def keep_usage_of_notifications(self, event):
        usage.keep(self.store, event)

    @on(reports.UsageMetered)
    def keep_usage_of_reports(self, event):
        usage.keep(self.store, event)
