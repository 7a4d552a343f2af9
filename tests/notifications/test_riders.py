"""One phone, two guardians: what reaches one of them privately reaches no other. In a real database, without processes."""

from datetime import timedelta
from typing import Any

import pytest

from schoolbus.clock import now
from schoolbus.contracts.roster import PersonErased
from schoolbus.scope import WHOLE_CHAIN
from services.notifications import privacy
from services.notifications.carriers import Carrier, Refused
from services.notifications.opting import opt_outs
from services.notifications.sending import digest, enqueue, overdue, riders
from services.notifications.sending.handover import hand_over
from services.notifications.sending.marking import mark
from services.notifications.states import State
from services.notifications.store import Store
from tests.notifications.kept import desk
from tests.support.roster import branch, people, someone
from tests.support.stores import fresh

PHONE, URL = "+923001110001", "https://rabta.test"
MOTHER, FATHER = "m1", "m2"


class Takes(Carrier):
    name = "sms.twilio"

    def send(self, message, attempt_id):
        return "id"


class Refuses(Carrier):
    name = "sms.twilio"

    def send(self, message, attempt_id):
        raise Refused("30003: unreachable", "30003")


@pytest.fixture
def store(_database: Any) -> Store:
    made = fresh(_database, Store)
    made.keep_branch(branch("b1"))
    return made


def family(store: Store, mother: list[str], father: list[str], version: int = 1) -> None:
    """Both at one phone, each with a mailbox."""
    both = ("g1", mother), ("g2", father)
    rows = [
        someone(id, "guardian", phone=PHONE, email=f"{id}@x.pk", channels=channels, version=version) for id, channels in both
    ]
    store.keep(people("b1", *rows, someone("s1", "student"), someone("s2", "student")))


def draft(id: str, **more: Any) -> dict[str, Any]:
    return {
        "_id": id,
        "branch_id": "b1",
        "person_id": "g1",
        "student_ids": ["s1"],
        "about_type": "homework",
        "about_id": "h1",
        "path": "/v1/feed",
        "text": "homework_set",
        "language": "en",
        "subject": "Homework",
        "body": "Homework",
        "template": "rabta_homework_set",
        "parameters": ["Ayesha", "link"],
        "link": f"{URL}/v1/m/x",
        "source": {"kind": "event", "id": "e1"},
        "paper": False,
        **more,
    }


def both(store: Store, **more: Any) -> None:
    drafts = draft(MOTHER, **more), draft(FATHER, person_id="g2", student_ids=["s2"], **more)
    enqueue(store, drafts, reword=lambda message, ids: {**message, "body": " and ".join(ids)})
    assert one(store, FATHER)["rides_on"] == MOTHER


def one(store: Store, id: str) -> dict[str, Any]:
    return store.messages.one(WHOLE_CHAIN, id)


def hand(store: Store, carrier: Carrier, id: str = MOTHER) -> None:
    (claimed,) = store.messages.claim_some({"_id": id}, lease=60, limit=1)
    hand_over(desk(store, carrier), claimed)


def work_off(store: Store) -> None:
    """What workers do of riders."""
    for claim, go_on in ((riders.claim, riders.go_on), (overdue.claim, overdue.go_on)):
        while (claimed := claim(store)) is not None:
            go_on(store, claimed)


def stands(store: Store, id: str) -> tuple[Any, ...]:
    found = one(store, id)
    return found["state"], found["channel"], found["rides_on"]


def no_receipt(store: Store, id: str = MOTHER) -> None:
    store.messages.change(WHOLE_CHAIN, id, to={"due_at": now() - timedelta(seconds=1)})
    claimed = overdue.claim(store)
    assert claimed is not None
    overdue.go_on(store, claimed)


def test_who_shares_a_phone_that_failed_goes_on_by_their_own_ladder(store):
    family(store, ["sms", "email"], ["sms", "whatsapp", "email"])
    both(store)
    hand(store, Refuses())
    assert stands(store, MOTHER) == ("queued", "email", None)
    work_off(store)
    found = one(store, FATHER)
    assert (found["channel"], found["address"], found["lane"], found["rides_on"]) == ("whatsapp", PHONE, "direct", None)
    assert found["reason"] == one(store, MOTHER)["reason"]
    assert [entry["state"] for entry in found["history"]][-2:] == ["failed", "queued"]
    mark(store.messages, MOTHER, State.DELIVERED, now())
    assert stands(store, FATHER) == ("queued", "whatsapp", None), "her mailbox is not his"


def test_what_is_in_the_app_for_one_has_not_reached_the_other(store):
    family(store, ["sms", "app"], ["sms"])
    both(store)
    hand(store, Refuses())
    assert stands(store, MOTHER) == ("sent", "app", None)
    work_off(store)
    assert stands(store, FATHER) == ("failed", "shared_phone", None)
    assert one(store, FATHER)["reason"] == one(store, MOTHER)["reason"] != None  # noqa: E711


def test_a_message_that_goes_to_the_same_phone_again_still_carries(store):
    family(store, ["whatsapp", "sms", "email"], ["sms", "email"])
    both(store)
    hand(store, Refuses())
    assert stands(store, MOTHER) == ("queued", "sms", None)
    work_off(store)
    assert stands(store, FATHER) == ("queued", "shared_phone", MOTHER)
    hand(store, Takes())
    assert stands(store, FATHER)[0] == "sent"
    mark(store.messages, MOTHER, State.DELIVERED, now(), number=2)
    assert stands(store, FATHER)[0] == "delivered"


@pytest.mark.parametrize(
    ("mother", "father", "wanted"),
    [
        (["sms", "app"], ["sms", "email"], ("queued", "email", None)),
        (["sms"], ["sms", "email"], ("queued", "email", None)),
        (["sms", "app"], ["sms"], ("sent", "shared_phone", MOTHER)),
        (["whatsapp", "sms"], ["sms", "email"], ("sent", "shared_phone", MOTHER)),
    ],
)
def test_without_a_receipt_each_goes_their_own_way(store, mother, father, wanted):
    family(store, mother, father)
    both(store)
    hand(store, Takes())
    no_receipt(store)
    work_off(store)
    assert stands(store, FATHER) == wanted
    mark(store.messages, MOTHER, State.DELIVERED, now(), number=1)  # late
    assert stands(store, FATHER)[0] == ("delivered" if wanted[2] else "queued")


def test_who_reads_it_in_the_app_before_it_goes_leaves_the_other_to_themselves(store):
    family(store, ["sms", "app"], ["sms", "email"])
    both(store)
    mark(store.messages, MOTHER, State.READ, now(), seen=True)
    work_off(store)
    assert (stands(store, FATHER), one(store, FATHER)["address"]) == (("queued", "sms", None), PHONE)


@pytest.mark.parametrize(("said", "wanted"), [(State.DELIVERED, "delivered"), (State.FAILED, "email")])
def test_who_reads_it_in_the_app_afterwards_says_nothing_of_the_phone(store, said, wanted):
    family(store, ["sms", "app"], ["sms", "email"])
    both(store)
    hand(store, Takes())
    mark(store.messages, MOTHER, State.READ, now(), seen=True)
    assert [stands(store, id)[0] for id in (MOTHER, FATHER)] == ["read", "sent"]
    mark(store.messages, MOTHER, said, now(), "30003", number=1)
    work_off(store)
    assert wanted in stands(store, FATHER)
    assert stands(store, MOTHER)[0] == "read"


def test_who_is_erased_leaves_the_other_to_themselves(store):
    family(store, ["sms"], ["sms", "email"])
    both(store)
    for _ in range(2):
        erased = {"erasure_id": "z", "person_id": "g1", "branch_ids": ["b1"]}
        privacy.erase(store, PersonErased(branch_id="chain", subject="g1", **erased))
    work_off(store)
    assert (one(store, MOTHER)["state"], one(store, MOTHER)["reason"]) == ("failed", "erased")
    assert (stands(store, FATHER), one(store, FATHER)["reason"]) == (("queued", "sms", None), None)
    assert one(store, FATHER)["body"] == "Homework", "his own words"


def test_beyond_the_limit_it_goes_to_what_costs_nothing(store):
    family(store, ["sms", "app"], ["sms", "email", "app"])
    limited = branch("b1")
    limited.data["limits"], limited.sequence = {"messages_per_month": 1}, 2
    store.keep_branch(limited)
    both(store)
    hand(store, Refuses())
    work_off(store)
    found = one(store, FATHER)
    assert (found["state"], found["channel"], found["reason"]) == ("sent", "app", "over_limit")


def test_nothing_goes_by_what_somebody_left_or_to_a_mailbox_that_is_no_more_theirs(store):
    family(store, ["sms", "app"], ["sms", "whatsapp", "email"])
    both(store)
    opt_outs.leave(store, None, "g2", "whatsapp", "stop")
    moved = someone("g2", "guardian", phone=PHONE, email="new@x.pk", channels=["sms", "whatsapp", "email"], version=2)
    store.keep(people("b1", moved))
    assert one(store, FATHER)["rides_on"] == MOTHER
    hand(store, Refuses())
    work_off(store)
    assert (one(store, FATHER)["channel"], one(store, FATHER)["address"]) == ("email", "new@x.pk")


def test_what_was_stored_just_as_the_other_went_elsewhere_is_found(store):
    family(store, ["sms", "app"], ["sms", "email"])
    both(store)
    hand(store, Refuses())
    store.messages.change(WHOLE_CHAIN, FATHER, to={"send_at": None})  # as if just missed
    assert [riders.catch_up(store) for _ in range(2)] == [1, 0]
    work_off(store)
    assert stands(store, FATHER) == ("queued", "email", None)


def test_a_late_message_rides_only_where_its_child_is_named(store):
    family(store, ["sms"], ["sms"])
    aunt = someone("g3", "guardian", phone=PHONE, channels=["sms"])
    store.keep(people("b1", aunt))
    reword = lambda message, ids: {**message, "body": " and ".join(ids)}  # noqa: E731
    enqueue(store, [draft(MOTHER)], reword=reword)
    late = [draft(MOTHER), draft(FATHER, person_id="g2", student_ids=["s2"])]
    enqueue(store, late, reword=reword)
    assert stands(store, FATHER) == ("queued", "sms", None)
    enqueue(store, [*late, draft("m3", person_id="g3", student_ids=["s2"])], reword=reword)
    assert stands(store, "m3") == ("queued", "shared_phone", FATHER)


def test_whose_message_is_somebody_elses_by_now_ends_nobodys(store):
    family(store, ["sms"], ["sms"])
    both(store, until=now() + timedelta(hours=1))
    (claimed,) = store.messages.claim_some({"_id": MOTHER}, lease=60, limit=1)
    store.messages.change(WHOLE_CHAIN, MOTHER, to={"claim": "another"})
    hand_over(desk(store, Takes()), {**claimed, "until": now()})
    assert [stands(store, id)[0] for id in (MOTHER, FATHER)] == ["queued"] * 2


# In a digest


def held(store: Store, **more: Any) -> str:
    """Both wait for hers; its id, when it was made."""
    both(store, in_digest=True, **more)
    assert [stands(store, id)[1] for id in (MOTHER, FATHER)] == ["digest", "shared_phone"]
    made(store)
    return str(one(store, MOTHER)["digest_id"])


def made(store: Store) -> None:
    past = now() - timedelta(minutes=1)
    store.messages.change_all(WHOLE_CHAIN, {"channel": "digest", "state": "queued"}, {"send_at": past})
    while (waiting := digest.claim(store)) is not None:
        digest.make(store, waiting, URL)


def test_who_rides_on_what_is_in_a_digest_comes_to_what_the_digest_comes_to(store):
    family(store, ["sms"], ["sms", "email"])
    id = held(store)
    hand(store, Takes(), id)
    assert [stands(store, each)[0] for each in (MOTHER, FATHER)] == ["sent"] * 2
    mark(store.messages, id, State.DELIVERED, now(), number=1)
    assert [stands(store, each)[0] for each in (MOTHER, FATHER)] == ["delivered"] * 2


def test_who_fell_behind_a_digest_is_found(store):
    family(store, ["sms"], ["sms", "email"])
    id = held(store)
    hand(store, Takes(), id)
    mark(store.messages, id, State.DELIVERED, now(), number=1)
    for each in (MOTHER, FATHER):
        store.messages.change(WHOLE_CHAIN, each, to={"state": "sent"})  # as if just missed
    assert [riders.catch_up(store) for _ in range(2)] == [2, 0]
    assert [stands(store, each)[0] for each in (MOTHER, FATHER)] == ["delivered"] * 2


def test_who_rides_on_a_digest_that_goes_to_a_mailbox_goes_on_by_themselves(store):
    family(store, ["sms", "email"], ["sms", "whatsapp"])
    id = held(store)
    hand(store, Refuses(), id)
    work_off(store)
    assert stands(store, FATHER) == ("queued", "whatsapp", None)
    assert stands(store, MOTHER) == ("queued", "digest", id)
    mark(store.messages, id, State.DELIVERED, now())
    assert [stands(store, each)[0] for each in (MOTHER, FATHER)] == ["delivered", "queued"]


def test_what_is_too_late_is_in_no_digest(store):
    family(store, ["sms"], ["sms"])
    both(store, in_digest=True, until=now() + timedelta(days=3))
    enqueue(store, [draft("m3", in_digest=True, about_id="h3", subject="Quiz")])
    store.messages.change_all(WHOLE_CHAIN, {"about_id": "h1"}, {"until": now()})
    made(store)
    for id in (MOTHER, FATHER):
        assert (one(store, id)["state"], one(store, id)["reason"]) == ("skipped", "too_late")
    told = one(store, one(store, "m3")["digest_id"])
    assert told["collects"] == ["m3"]


def test_a_digest_of_which_all_is_too_late_is_not_made(store):
    family(store, ["sms"], ["sms"])
    enqueue(store, [draft("m3", in_digest=True, until=now() + timedelta(days=3))])
    store.messages.change(WHOLE_CHAIN, "m3", to={"until": now()})
    made(store)
    assert one(store, "m3")["state"] == "skipped"
    assert store.messages.first(WHOLE_CHAIN, {"about_type": "digest"}) is None


def test_a_digest_speaks_its_readers_language(store):
    urdu = someone("g1", "guardian", phone=PHONE, channels=["sms"], language="ur")
    store.keep(people("b1", urdu, someone("s1", "student")))
    enqueue(store, [draft("m3", in_digest=True)])  # of a time when they read English
    made(store)
    assert one(store, one(store, "m3")["digest_id"])["language"] == "ur"
