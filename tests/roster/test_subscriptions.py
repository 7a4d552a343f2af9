"""Plans, and what a branch has by its subscriptions: the rules with plain values, then people at the edge."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoolbus.clock import today
from schoolbus.contracts.roster import SERVICES, BranchChanged
from schoolbus.scope import WHOLE_CHAIN
from services.roster.store import Store
from services.roster.subscribing import reckoning, states, subscriptions
from services.roster.subscribing.effective import effective
from services.roster.subscribing.states import APPROVE, END, IN_FORCE, OPEN, REJECT, RESUME, SUSPEND, WITHDRAW, State
from tests.roster.chain import Chain
from tests.support.people import operator
from tests.support.waiting import eventually

ACTIONS = (APPROVE, REJECT, WITHDRAW, SUSPEND, RESUME, END)
DAY = date(2026, 11, 25)
DAYS = st.integers(-40, 40).map(lambda days: DAY + timedelta(days=days))
MAYBE = st.one_of(st.none(), DAYS.map(date.isoformat))


def subscription(state: str = "active", plan: str | None = "p", **more: Any) -> dict[str, Any]:
    days = {"starts_on": "2026-11-01", "trial_ends_on": None, "ends_on": None}
    return {"state": state, "plan_id": plan, "services": None, **days, **more}


SUBSCRIPTIONS = st.builds(
    subscription,
    st.sampled_from([state.value for state in State]),
    st.sampled_from(["p", "q", "gone"]),
    starts_on=DAYS.map(date.isoformat),
    trial_ends_on=MAYBE,
    ends_on=MAYBE,
)
PLANS = {
    "p": {"services": ["notifications"], "limits": {"messages_per_month": 100, "storage_mb": None}},
    "q": {"services": ["reports", "notifications"], "limits": {"messages_per_month": 50, "storage_mb": 10}},
}

# Rules


@given(SUBSCRIPTIONS, st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 20))))
def test_whatever_people_and_days_do_what_has_ended_stays_so(
    subscription: dict[str, Any], life: list[tuple[states.Action, int]]
) -> None:
    day = DAY
    for action, days in life:
        day += timedelta(days=days)
        moved = {**subscription, "state": states.on(subscription, day).value}
        new = states.becomes(moved, action, day)
        assert (new is None) == (moved["state"] not in action.after)
        assert new is None or new in {*action.to, State.ENDED}
        if State(subscription["state"]) not in OPEN:
            assert moved["state"] == subscription["state"]
            assert new is None
        subscription = {**moved, "state": new or moved["state"]}


@given(SUBSCRIPTIONS, DAYS)
def test_time_moves_a_subscription_on_the_day_that_is_noted_and_on_no_other(subscription: dict[str, Any], day: date) -> None:
    moved = {**subscription, "state": states.on(subscription, day).value}
    assert states.on(moved, day) == moved["state"], "twice is once"
    turn = states.next_on(moved, day)
    until = date.fromisoformat(turn) if turn else day + timedelta(days=200)
    for days in range((until - day).days):
        assert states.on(moved, day + timedelta(days=days)) == moved["state"]


@given(st.lists(SUBSCRIPTIONS, max_size=5), DAYS)
def test_a_branch_has_what_its_subscriptions_in_force_give_together(found: list[dict[str, Any]], day: date) -> None:
    all_together = effective(found, PLANS, day)
    in_force = [each for each in found if states.on(each, day) in IN_FORCE and each["plan_id"] in PLANS]
    given_by = {name for each in in_force for name in PLANS[each["plan_id"]]["services"]}
    assert all_together.services == [name for name in SERVICES if name in given_by]
    assert not set(all_together.suspended) & given_by
    messages = sum(PLANS[each["plan_id"]]["limits"]["messages_per_month"] for each in in_force)
    assert all_together.limits["messages_per_month"] == (messages if in_force else None)
    assert effective(reversed(found), PLANS, day) == all_together


def test_a_trial_is_in_force_and_one_without_limit_lifts_the_limit() -> None:
    trial = subscription(plan="q", state="approved", trial_ends_on="2026-11-30")
    assert states.running_on(trial, DAY) is State.TRIAL
    assert effective([trial], PLANS, DAY).limits == {"messages_per_month": 50, "storage_mb": 10}
    direct = subscription(plan=None, services=["notifications"])
    assert effective([trial, direct], PLANS, DAY).limits == {"messages_per_month": None, "storage_mb": 10}


# At the edge


def plan(chain: Chain, name: str, *services: str, **more: Any) -> str:
    """A new plan; its id."""
    id = f"{chain.source[:30]}-{name}"
    draft = {"name": {"en": name.title(), "ur": "بنیادی"}, "services": list(services), **more}
    answer = chain.call("PUT", f"/v1/plans/{id}", chain.operator, json=draft)
    assert answer.status_code == 200, answer.text
    return id


def ask(chain: Chain, plan_id: str, **more: Any) -> dict[str, Any]:
    answer = chain.call(
        "POST", "/v1/branches/{b1}/subscriptions", chain.caller("h1", "head"), json={"plan_id": plan_id, **more}
    )
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def act(chain: Chain, id: str, action: str, caller: Any = None, **more: Any) -> Any:
    return chain.call("POST", f"/v1/branches/{{b1}}/subscriptions/{id}/{action}", caller or chain.operator, json=more)


def shown(chain: Chain) -> Any:
    return chain.call("GET", "/v1/branches/{b1}/subscriptions", chain.caller("h1", "head")).json()


@pytest.fixture
def bare(chain: Chain) -> Chain:
    """A chain whose first branch has nothing."""
    chain.imports()
    chain.call("PUT", "/v1/branches/{b1}/subscriptions", chain.operator, json={"services": []})
    return chain


def newest(chain: Chain) -> Any:
    """What others know of the branch."""
    said = [event for event in chain.heard(BranchChanged) if event.branch_id == chain.branch()]
    assert said, "nothing is heard of it yet"
    return max(said, key=lambda event: event.sequence).data


def test_a_branch_asks_the_chain_approves_and_everybody_hears_of_it(bare: Chain) -> None:
    basic = plan(
        bare, "basic", "reports", "notifications", limits={"messages_per_month": 1000, "storage_mb": 50}, trial_days=14
    )
    asked = ask(bare, basic)
    assert (asked["state"], asked["plan_name"]["en"]) == ("requested", "Basic")
    assert shown(bare)["services"] == []
    waiting = bare.call("GET", "/v1/subscriptions", bare.operator, params={"state": "requested", "limit": 500}).json()["items"]
    assert asked["subscription_id"] in {each["subscription_id"] for each in waiting}
    again = bare.call("POST", "/v1/branches/{b1}/subscriptions", bare.caller("h1", "head"), json={"plan_id": basic})
    assert (again.status_code, again.json()["type"].rpartition("/")[2]) == (409, "already-asked")

    approved = act(bare, asked["subscription_id"], "approval", reason="Welcome").json()
    assert (approved["state"], approved["trial_ends_on"]) == ("trial", (today() + timedelta(days=13)).isoformat())
    assert [(step["action"], step["by"]) for step in approved["history"]] == [
        ("request", bare.person("h1")),
        ("approval", bare.operator.person_id),
    ]
    assert shown(bare)["services"] == ["reports", "notifications"]
    assert shown(bare)["limits"] == {"messages_per_month": 1000, "storage_mb": 50}
    eventually(lambda: newest(bare)["services"] == ["reports", "notifications"])
    assert newest(bare)["limits"] == {"messages_per_month": 1000, "storage_mb": 50}
    assert act(bare, asked["subscription_id"], "approval").status_code == 409, "once"


def test_what_is_suspended_is_gone_and_comes_back(bare: Chain) -> None:
    id = ask(bare, plan(bare, "basic", "reports"))["subscription_id"]
    act(bare, id, "approval")
    assert act(bare, id, "suspension", reason="Not paid").json()["state"] == "suspended"
    assert (shown(bare)["services"], shown(bare)["suspended"]) == ([], ["reports"])
    internal = bare.call("GET", "/internal/subscriptions").json()
    assert (internal["branches"][bare.branch()], internal["suspended"][bare.branch()]) == ([], ["reports"])
    eventually(lambda: newest(bare)["services"] == [])
    assert act(bare, id, "resumption").json()["state"] == "active"
    assert bare.branch() not in bare.call("GET", "/internal/subscriptions").json()["suspended"]
    eventually(lambda: newest(bare)["services"] == ["reports"])
    assert act(bare, id, "end").json()["state"] == "ended"
    assert act(bare, id, "resumption").status_code == 409
    assert [step["action"] for step in shown(bare)["subscriptions"][-1]["history"]] == [
        *("request", "approval", "suspension", "resumption", "end")
    ]


def test_plans_add_up_and_a_changed_plan_reaches_its_subscribers(bare: Chain) -> None:
    small, large = plan(bare, "small", "meetings"), plan(bare, "large", "reports", limits={"storage_mb": 5})
    for id in (small, large):
        wanted = {"plan_id": id}
        answer = bare.call("POST", "/v1/branches/{b1}/subscriptions", bare.operator, json=wanted)
        assert answer.json()["state"] == "active", "an operator waits for nobody"
    assert shown(bare)["services"] == ["meetings", "reports"]
    plan(bare, "large", "reports", "notifications", limits={"storage_mb": 7})
    eventually(lambda: newest(bare)["services"] == list(SERVICES))
    assert newest(bare)["limits"]["storage_mb"] == 7
    assert bare.call("DELETE", f"/v1/plans/{large}", bare.operator).status_code == 409
    plan(bare, "large", "reports", "notifications", limits={"storage_mb": 7}, retired=True)
    refused = bare.call("POST", "/v1/branches/{b1}/subscriptions", bare.caller("h1", "head"), json={"plan_id": large})
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (409, "plan-retired")
    for each in shown(bare)["subscriptions"]:
        if each["plan_id"]:
            act(bare, each["subscription_id"], "end")
    assert bare.call("DELETE", f"/v1/plans/{large}", bare.operator).status_code == 204
    assert bare.call("GET", f"/v1/plans/{large}", bare.operator).status_code == 404


def test_what_an_import_gave_can_be_suspended_too(chain: Chain) -> None:
    chain.imports()
    (given,) = shown(chain)["subscriptions"]
    assert (given["plan_id"], given["state"], shown(chain)["services"]) == (None, "active", list(SERVICES))
    assert act(chain, given["subscription_id"], "suspension", reason="Closed for the summer").status_code == 200
    assert (shown(chain)["services"], shown(chain)["suspended"]) == ([], list(SERVICES))
    chain.imports()
    assert shown(chain)["services"] == [], "an import brings nothing back"
    act(chain, given["subscription_id"], "resumption")
    assert shown(chain)["services"] == list(SERVICES)


def test_days_that_cannot_be_and_what_the_branch_may_not_do(bare: Chain) -> None:
    basic, head = plan(bare, "basic", "reports"), bare.caller("h1", "head")
    path = "/v1/branches/{b1}/subscriptions"
    yesterday = (today() - timedelta(days=1)).isoformat()
    assert bare.call("POST", path, head, json={"plan_id": basic, "starts_on": yesterday}).status_code == 422
    assert bare.call("POST", path, head, json={"plan_id": basic, "starts_on": "9999-12-31"}).status_code == 422
    assert bare.call("POST", path, head, json={"plan_id": {"$gt": ""}}).status_code == 422
    assert bare.call("POST", path, head, json={"plan_id": "none"}).status_code == 422
    assert bare.call("POST", path, head, json={"plan_id": basic, "state": "active"}).status_code == 422
    assert bare.call("POST", path, bare.caller("t1", "teacher"), json={"plan_id": basic}).status_code == 403
    id = ask(bare, basic)["subscription_id"]
    for action in ("approval", "rejection", "suspension", "resumption", "end"):
        assert act(bare, id, action, head).status_code == 403
    other = bare.call("POST", f"/v1/branches/{{b2}}/subscriptions/{id}/approval", bare.operator, json={})
    assert other.status_code == 404, "another branch's"
    assert act(bare, id, "approval", ends_on=yesterday).status_code == 422
    assert act(bare, id, "approval", starts_on="9999-12-30").status_code == 422
    assert act(bare, id, "withdrawal", head).json()["state"] == "withdrawn"
    assert act(bare, id, "approval").status_code == 409
    assert act(bare, ask(bare, basic)["subscription_id"], "rejection", reason="Not yet").json()["state"] == "rejected"
    assert bare.call("PUT", "/v1/plans/x", head, json={}).status_code == 403
    assert bare.call("PUT", "/v1/plans/A$b", bare.operator, json={"name": {"en": "x"}, "services": []}).status_code == 422


def test_two_at_once_do_one_thing(bare: Chain) -> None:
    """An operator's two clicks."""
    id = ask(bare, plan(bare, "basic", "reports"))["subscription_id"]
    with ThreadPoolExecutor(4) as clicks:
        answers = list(clicks.map(lambda _: act(bare, id, "approval").status_code, range(4)))
    assert sorted(answers) == [200, 409, 409, 409]
    assert len(shown(bare)["subscriptions"][-1]["history"]) == 2


# As days pass


def kept(store: Store, **more: Any) -> dict[str, Any]:
    """A branch in the store that subscribes to a plan with reports, by the operator."""
    branch = {"_id": "b1", "branch_id": "b1", "name": "Gulberg", "name_ur": None, "services": [], "active": True, "version": 1}
    store.branches.add(branch)
    store.plans.add(
        {
            "_id": "p",
            "branch_id": [],
            "name": {"en": "P"},
            "services": ["reports"],
            "limits": {},
            "trial_days": 3,
            "retired": False,
        }
    )
    return subscriptions.ask(store, operator(), "b1", {"plan_id": "p", "starts_on": None, "reason": None, **more})


def services_on(store: Store, day: date) -> list[str]:
    for _ in range(2):  # in two replicas
        reckoning.pass_time(store, day)
    return list(store.branches.one(WHOLE_CHAIN, "b1")["services"])


def test_it_starts_and_ends_on_its_days(store: Store) -> None:
    first, last = today() + timedelta(days=10), today() + timedelta(days=20)
    asked = kept(store, starts_on=first)
    assert asked["state"] == "approved"
    subscriptions.act(store, operator(), "b1", asked["_id"], states.END, {"ends_on": last, "reason": None})
    assert services_on(store, first - timedelta(days=1)) == []
    assert services_on(store, first) == ["reports"]
    assert services_on(store, last) == ["reports"]
    assert services_on(store, last + timedelta(days=1)) == []
    history = store.subscriptions.one(WHOLE_CHAIN, asked["_id"])["history"]
    by_whom = [(step["action"], step["state"]) for step in history]
    assert by_whom[:3] == [("request", "requested"), ("approval", "approved"), ("end", "approved")]
    assert by_whom[3:] == [("time", "trial"), ("time", "active"), ("time", "ended")]
    assert store.subscriptions.count(WHOLE_CHAIN, {"next_on": {"$ne": None}}) == 0
    told = store.branches.collection.find_one({"_id": "b1"})
    assert told is not None
    assert told["said"] == 2, "one event when it begins, one when it ends"


def test_what_is_due_is_found_by_an_index(store: Store) -> None:
    due = reckoning.due(today())
    plan = store.subscriptions.collection.find(due).explain()["queryPlanner"]["winningPlan"]
    assert "IXSCAN" in str(plan)
    assert "COLLSCAN" not in str(plan)
