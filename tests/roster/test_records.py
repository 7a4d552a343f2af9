"""What rows become."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from schoolbus.ids import natural_id, natural_ids
from services.roster import contact
from services.roster.oneroster.rowcheck import in_force, is_date
from tests.roster.sets import TODAY, RosterSet, check, problems, records

SMALL = RosterSet()
KEPT = records(SMALL)


def id_of(kind: str, sourced_id: str) -> str:
    return natural_id("main", kind, sourced_id)


B1, B2 = id_of("branch", "b1"), id_of("branch", "b2")


def person(content: RosterSet, sourced_id: str) -> dict[str, object]:
    return records(content)["people"][sourced_id]


def test_schools_are_branches_and_the_rest_units():
    assert set(KEPT["branches"]) == {"b1", "b2"}
    assert KEPT["branches"]["b1"]["name_ur"] == "گلبرگ"
    assert KEPT["branches"]["b1"]["parent_id"] == id_of("unit", "chain")
    assert KEPT["units"]["science"]["parent_id"] == B1
    assert KEPT["units"]["science"]["branch_id"] == [B1]


def test_a_person_belongs_where_their_roles_are():
    assert person(SMALL, "h1")["roles"] == {B1: ["head"]}
    assert person(SMALL, "o1")["roles"] == {B1: ["office"]}
    assert person(SMALL, "t2")["roles"] == {B1: ["teacher"]}, "a department belongs to its school"
    assert (person(SMALL, "op")["roles"], person(SMALL, "op")["operator"]) == ({}, True)
    assert person(SMALL, "g2")["branch_id"] == [B1]


def test_a_guardian_belongs_to_the_branches_of_all_their_children():
    assert person(SMALL, "g1")["roles"] == {B1: ["guardian"], B2: ["guardian"]}


def test_a_relation_stands_on_either_side_or_both_and_is_one():
    pairs = {tuple(pair.split("\x1f")) for pair in KEPT["relations"]}
    assert pairs == {("s1", "g1"), ("s1", "g2"), ("s2", "g1"), ("s3", "g3")}
    both = records(SMALL.change("users", "g1", agentSourcedIds="s1"))["relations"]
    assert len(both) == 4
    assert both["s2\x1fg1"]["branch_id"] == [B2]


def test_nobody_becomes_a_guardian_without_the_role():
    strangers = records(SMALL.change("users", "s1", agentSourcedIds="g1,t1"))
    assert "s1\x1ft1" not in strangers["relations"]
    assert strangers["people"]["t1"]["roles"] == {B1: ["teacher"]}


def test_a_role_of_the_chain_within_a_school_opens_that_school_only():
    found = person(SMALL.change("roles", "op-districtAdministrator", orgSourcedId="b1"), "op")
    assert (found["roles"], found["operator"]) == ({B1: ["office"]}, False)


def test_roles_and_enrollments_end_on_their_last_day():
    ended = SMALL.change("roles", "t1-teacher", endDate=TODAY.isoformat()).drop("enrollments", "e1")
    assert person(ended, "t1")["roles"] == {}
    kept = records(SMALL.change("enrollments", "e2", endDate="2026-11-25").change("enrollments", "e4", endDate="2026-11-24"))
    assert [kept["enrollments"][id]["active"] for id in ("e2", "e4")] == [True, False]


def test_a_switched_off_account_stays_a_person():
    found = person(SMALL.change("users", "g1", enabledUser="false"), "g1")
    assert (found["active"], found["may_sign_in"]) == (True, False)


def test_how_a_person_is_reached():
    first, second, third = (person(SMALL, id) for id in ("g1", "g2", "g3"))
    assert (first["phone"], first["language"], first["channels"]) == ("+923001234567", "en", ["whatsapp", "sms"])
    assert (second["phone"], second["language"], second["channels"]) == ("+923001234567", "ur", ["sms"])
    assert (third["phone"], third["email"], third["channels"]) == (None, "gul@example.pk", ["email"])
    assert person(SMALL, "s1")["channels"] == ["app"]
    assert person(SMALL.change("users", "g1", sms="123", phone="0321-7654321"), "g1")["phone"] == "+923217654321"
    assert person(SMALL.change("users", "g1", sms="nobody"), "g1")["phone"] is None
    assert (first["name_ur"], first["given_name_ur"]) == ("غزالہ خان", "غزالہ")


def test_names_are_tidied():
    assert person(SMALL.change("users", "g1", givenName="  Gul  Khan ", familyName=""), "g1")["sort_name"] == "gul khan"


def test_the_digest_is_the_same_for_the_same_and_changes_with_everything():
    again = records(SMALL)
    assert all(KEPT[kind][id]["digest"] == again[kind][id]["digest"] for kind in KEPT for id in KEPT[kind])
    moved = person(SMALL.change("roles", "t1-teacher", orgSourcedId="b2").drop("enrollments", "e1"), "t1")
    assert moved["digest"] != person(SMALL, "t1")["digest"]


def test_optional_files_may_be_absent():
    kept = records(SMALL.absent("courses", "academicSessions", "demographics"))
    assert "terms" not in kept
    assert len(kept["classes"]) == 2


def test_a_fields_own_text_is_never_a_problem():
    odd = SMALL.change("users", "g1", givenName='O"Neil, $set', familyName="=1+1\r\nx")
    assert problems(odd) == []
    assert person(odd, "g1")["family_name"] == "=1+1 x"


def test_a_set_needs_no_guardian_at_all():
    plan, _ = check(SMALL.change("users", "s1", agentSourcedIds=""))
    assert plan is not None


@given(
    st.text(max_size=40).filter(lambda text: text.isprintable()), st.text(max_size=300).filter(lambda text: text.isprintable())
)
def test_many_ids_are_as_one_id(source, sourced_id):
    assert natural_ids(source, "person")(sourced_id) == natural_id(source, "person", sourced_id)


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_none(text):
    number = contact.e164(text)
    assert number is None or number.startswith("+")
    assert number is None or contact.e164(number) == number


@given(st.text(max_size=12))
def test_any_text_is_a_date_or_not(text):
    if is_date(text):
        assert date.fromisoformat(text).isoformat() == text


@given(st.dates(), st.one_of(st.none(), st.dates()), st.one_of(st.none(), st.dates()))
def test_a_row_counts_from_its_first_day_on_and_before_its_last(day, begins, ends):
    counts = in_force(begins.isoformat() if begins else "", ends.isoformat() if ends else "", day.isoformat())
    assert counts == ((begins is None or begins <= day) and (ends is None or day < ends))


@given(st.from_regex(r"(\+92|0092|0)[ -]?3[0-9]{2}[ -]?[0-9]{7}", fullmatch=True))
def test_a_mobile_of_the_usual_form_is_what_the_library_makes_of_it(written):
    assert contact.e164(written) == contact._parsed(written)
