"""What a branch makes of the chain's rule: never more than it. Plain values."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.notifications.ruling.in_force import chains
from services.notifications.ruling.narrowing import FIELDS, narrowed, wider
from services.notifications.ruling.rows import RULES, WAYS, row_of
from services.notifications.wording.rules import URGENCIES

NOTHING = dict.fromkeys(FIELDS)
HOMEWORK, ABSENCE, NOTE, BOOKED = (
    RULES[key] for key in ("homework_set", "absence_recorded", "home_note_written", "meeting_booked")
)
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # of other tests beside it
RULE = st.builds(
    replace,
    st.sampled_from(sorted(RULES.values(), key=lambda rule: rule.key)),
    urgency=st.sampled_from(list(URGENCIES.values())),
    channel=st.sampled_from([None, *WAYS]),
    paper=st.booleans(),
    on=st.booleans(),
    branches_may_narrow=st.booleans(),
)
NARROWING = st.fixed_dictionaries(
    {
        "on": st.sampled_from([None, True, False]),
        "urgency": st.sampled_from([None, *URGENCIES]),
        "channel": st.sampled_from([None, "app", "digest"]),
        "paper": st.sampled_from([None, True, False]),
        "grades": st.sampled_from([None, ["4"], ["4", "5"]]),
    }
)


@pytest.mark.parametrize(
    ("rule", "narrowing"),
    [
        (HOMEWORK, {"on": False}),
        (HOMEWORK, {"channel": "app"}),
        (HOMEWORK, {"channel": "digest"}),
        (HOMEWORK, {"paper": False}),
        (HOMEWORK, {"grades": ["5"]}),
        (ABSENCE, {"urgency": "normal"}),
        (NOTE, {"channel": "app"}),
    ],
)
def test_what_a_branch_may_do(rule, narrowing):
    assert wider(rule, {**NOTHING, **narrowing}) == {}
    assert narrowed(rule, {**NOTHING, **narrowing}) != rule or rule is NOTE


@pytest.mark.parametrize(
    ("rule", "narrowing"),
    [
        (replace(HOMEWORK, on=False), {"on": True}),
        (HOMEWORK, {"urgency": "prompt"}),
        (BOOKED, {"urgency": "urgent"}),
        (NOTE, {"channel": "digest"}),
        (replace(HOMEWORK, channel="email"), {"channel": "digest"}),
        (replace(HOMEWORK, paper=False), {"paper": True}),
        (RULES["activity_reminder"], {"grades": ["5"]}),
        (RULES["meeting_booked_teacher"], {"channel": "digest"}),
        (RULES["activity_reminder"], {"channel": "digest"}),
        (RULES["commitment_due"], {"channel": "digest"}),
    ],
)
def test_what_would_be_wider_is_named(rule, narrowing):
    assert set(wider(rule, {**NOTHING, **narrowing})) == set(narrowing)


@UNHURRIED
@given(RULE, NARROWING)
def test_in_force_is_never_wider_than_the_chains(rule, narrowing):
    """Whatever the chain has made of its rule since the branch narrowed it."""
    kept = narrowed(rule, narrowing)
    assert rule.on or not kept.on
    assert kept.urgency >= rule.urgency
    assert kept.channel in (rule.channel, "app") or (rule.channel is None and kept.channel == "digest")
    assert rule.paper or not kept.paper
    assert kept.branches_may_narrow == rule.branches_may_narrow
    assert rule.branches_may_narrow or kept == rule
    same = replace(kept, **{name: getattr(rule, name) for name in ("on", "urgency", "channel", "paper", "grades")})
    assert same == rule, "nothing else is a branch's to change"


@UNHURRIED
@given(RULE, NARROWING)
def test_what_is_allowed_is_in_force(rule, narrowing):
    if wider(rule, narrowing) or not rule.branches_may_narrow:
        return
    kept = narrowed(rule, narrowing)
    assert narrowing["on"] is not False or not kept.on
    assert narrowing["channel"] in (None, kept.channel)
    assert narrowing["paper"] is not False or not kept.paper
    assert narrowing["grades"] in (None, list(kept.grades or ()))


def test_a_digest_is_not_urgent():
    urgent = replace(HOMEWORK, urgency=URGENCIES["urgent"])
    assert narrowed(urgent, {**NOTHING, "channel": "digest"}).urgency == URGENCIES["normal"]


def test_a_rule_is_for_the_grades_that_a_branch_names():
    fifth = narrowed(HOMEWORK, {**NOTHING, "grades": ["5"]})
    data = {"student_ids": ["s1", "s2", "s3"]}
    told = fifth.told(data, {"s1": ["g1"], "s2": ["g2"]}, {"s1": {"4"}, "s2": {"5", "6"}})
    assert [(each.person_id, each.student_id) for each in told] == [("g2", "s2")]


def test_a_row_that_an_earlier_release_wrote_is_left_out():
    row = {**row_of(HOMEWORK), "on": False}
    assert chains([{"_id": "homework_set", "row": row}])["homework_set"].on is False
    older = {name: row[name] for name in ("event", "tells", "text", "on")}
    assert chains([{"_id": "homework_set", "row": older}])["homework_set"] == replace(HOMEWORK, on=False)
    assert chains([{"_id": "absence_recorded", "row": row}])["absence_recorded"] == ABSENCE, "of another event by now"
    for wrong in ({"text": "gone"}, {"event": "gone.gone"}, {"tells": "gone"}):
        assert chains([{"_id": "homework_set", "row": {**row, **wrong}}])["homework_set"] == HOMEWORK
        assert "extra" not in chains([{"_id": "extra", "row": {**row, **wrong}}])
