"""Where an answer belongs: never lost, never in a stranger's thread."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifications.talking.matching import RECENT, REMEMBERED, Holder, Sent, Where, place

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
MOTHER = Holder("b1", "mother", frozenset({"ayesha", "bilal"}))
FATHER = Holder("b1", "father", frozenset({"ayesha", "bilal"}))
AUNT = Holder("b1", "aunt", frozenset({"sana"}))


def sent(id, *children, hours=1.0, to="mother", branch="b1", talk=None, **more):
    return Sent(id, AT - timedelta(hours=hours), branch, to, children or ("ayesha",), talk, **more)


def test_the_quoted_message_says_it():
    other = sent("m2", "bilal", talk="c2", hours=0.1)
    found = place(sent("m1", teacher_id="t1", hours=900), [other], [MOTHER], AT)
    assert (found.where, found.student_id, found.teacher_id, found.message_id) == (Where.THREAD, "ayesha", "t1", "m1")


def test_a_quoted_notice_about_two_children_is_unclear():
    found = place(sent("m1", "ayesha", "bilal"), [], [MOTHER], AT)
    assert (found.where, found.candidates) == (Where.UNCLEAR, (("mother", "ayesha"), ("mother", "bilal")))


def test_a_conversation_comes_before_a_later_notice_about_the_child():
    found = place(None, [sent("m1", talk="c1", hours=5), sent("m2", hours=1)], [MOTHER], AT)
    assert (found.where, found.conversation_id) == (Where.THREAD, "c1")


def test_a_notice_about_another_child_before_the_conversation_does_not_matter():
    found = place(None, [sent("m1", talk="c1", hours=1), sent("m2", "bilal", hours=3)], [MOTHER], AT)
    assert (found.where, found.conversation_id) == (Where.THREAD, "c1")


def test_two_children_of_late_are_unclear():
    found = place(None, [sent("m1", hours=2), sent("m2", "bilal", hours=1)], [MOTHER], AT)
    assert (found.where, found.student_id) == (Where.UNCLEAR, "bilal")
    assert set(found.candidates) == {("mother", "ayesha"), ("mother", "bilal")}


def test_two_conversations_of_late_are_unclear_and_long_ago_is_not():
    newer, older = sent("m1", talk="c1", hours=1), sent("m2", "bilal", talk="c2", hours=2)
    assert place(None, [newer, older], [MOTHER], AT).where is Where.UNCLEAR
    old = sent("m2", "bilal", talk="c2", hours=RECENT.total_seconds() / 3600 + 1)
    assert place(None, [newer, old], [MOTHER], AT).conversation_id == "c1"


def test_parents_on_one_phone_who_were_both_told_are_unclear_and_one_alone_is_clear():
    hers, his = sent("m1", hours=1), sent("m2", hours=1, to="father")
    assert place(None, [hers, his], [MOTHER, FATHER], AT).where is Where.UNCLEAR
    assert place(None, [hers], [MOTHER, FATHER], AT).person_id == "mother"


def test_a_phone_that_is_also_an_aunts_is_unclear_unless_she_quotes():
    message = sent("m1", talk="c1")
    assert place(None, [message], [MOTHER, AUNT], AT).where is Where.UNCLEAR
    assert place(message, [message], [MOTHER, AUNT], AT).conversation_id == "c1"


def test_a_number_that_has_changed_hands_leads_nowhere_of_its_first_owner():
    message = sent("m1", talk="c1")
    assert place(message, [message], [AUNT], AT).person_id == "aunt"
    gone = place(message, [message], [], AT)
    assert (gone.where, gone.branch_id, gone.person_id) == (Where.OFFICE, "b1", None)


def test_who_writes_first_reaches_the_class_teacher_of_an_only_child():
    assert place(None, [], [AUNT], AT).where is Where.THREAD
    assert place(None, [], [MOTHER], AT).where is Where.UNCLEAR
    assert place(None, [], [Holder("b1", "cook")], AT).where is Where.OFFICE
    assert place(None, [], [], AT).where is Where.UNKNOWN


def test_two_branches_of_late_are_unclear():
    there = Holder("b2", "mother", frozenset({"zain"}))
    found = place(None, [sent("m1", hours=2), sent("m2", "zain", hours=1, branch="b2")], [MOTHER, there], AT)
    assert (found.where, found.branch_id, found.candidates) == (Where.UNCLEAR, "b2", (("mother", "zain"),))


def test_a_teacher_answers_by_phone():
    message = sent("m1", to="t1", talk="c1", staff=True)
    found = place(None, [message], [Holder("b1", "t1", staff=True)], AT)
    assert (found.where, found.conversation_id, found.person_id) == (Where.THREAD, "c1", "t1")


PEOPLE, CHILDREN, BRANCHES = ["g1", "g2", "g3"], ["s1", "s2", "s3"], ["b1", "b2"]
messages = st.builds(
    Sent,
    st.uuids().map(str),
    st.integers(0, 24 * 40).map(lambda hours: AT - timedelta(hours=hours)),
    st.sampled_from(BRANCHES),
    st.sampled_from(PEOPLE),
    st.lists(st.sampled_from(CHILDREN), max_size=2, unique=True).map(tuple),
    st.none() | st.sampled_from(["c1", "c2"]),
    st.none() | st.just("t1"),
    st.booleans(),
)
phones = st.lists(
    st.builds(
        Holder, st.sampled_from(BRANCHES), st.sampled_from(PEOPLE), st.frozensets(st.sampled_from(CHILDREN)), st.booleans()
    ),
    max_size=4,
    unique_by=lambda holder: (holder.branch_id, holder.person_id),
)


@settings(deadline=None)
@given(st.none() | messages, st.lists(messages, max_size=6), phones)
def test_whatever_came_before(quoted, before, holders):
    found = place(quoted, before, holders, AT)
    assert place(quoted, before[::-1], holders, AT) == found, "the order in which they are found decides nothing"
    theirs = {(holder.branch_id, holder.person_id): holder for holder in holders}
    if found.where is Where.THREAD:
        holder = theirs[found.branch_id, found.person_id]
        assert found.student_id in holder.children or (holder.staff and found.conversation_id), "a stranger's"
        by = next((each for each in before if each.id == found.message_id), None)
        if found.message_id and (quoted is None or quoted.id != found.message_id):
            assert by.at >= AT - REMEMBERED
            others = {each.person_id for each in holders} - {found.person_id}
            strangers = others - {each.person_id for each in holders if found.student_id in each.children}
            assert not strangers, "somebody else may have written it"
    else:
        assert found.person_id is None
    for person_id, student_id in found.candidates if found.where is Where.UNCLEAR else ():
        assert student_id in theirs[found.branch_id, person_id].children
    assert found.branch_id or not holders, "lost"
    assert found.student_id if found.where in (Where.THREAD, Where.UNCLEAR) else True
