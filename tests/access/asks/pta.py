"""The parents' association: its officers are the place's guardian and teacher (tests.access.fresh)."""

from tests.access import fresh
from tests.access.asks.ask import BRANCH, THING, Ask
from tests.access.samples import PTA_DECISION, PTA_ELECTION, PTA_MEETING, PTA_OFFICES, PTA_TERM

_VERSION = {"version": 1}
ASKS = {
    "meetings.pta": Ask(BRANCH),
    "meetings.leave_pta": Ask(BRANCH),
    "meetings.join_pta": Ask(BRANCH),
    "meetings.my_pta_membership": Ask(BRANCH),
    "meetings.pta_members": Ask(BRANCH),
    "meetings.enrol_pta_member": Ask(BRANCH),
    "meetings.remove_pta_member": Ask(BRANCH),
    "meetings.keep_pta_offices": Ask(BRANCH, body=PTA_OFFICES),
    "meetings.keep_pta_quorum": Ask(BRANCH, body={"percent": None}),
    "meetings.appoint_pta_officer": Ask(BRANCH, body=PTA_TERM | {"person_id": "$guardian_id"}, also=(409,)),
    "meetings.pta_officers": Ask(BRANCH),
    "meetings.pta_officer": Ask(BRANCH),
    "meetings.end_pta_office": Ask(BRANCH, body={"ends_on": PTA_TERM["ends_on"]}),  # as it is
    "meetings.call_pta_meeting": Ask(BRANCH, body=PTA_MEETING),
    "meetings.pta_meetings": Ask(BRANCH),
    "meetings.pta_meeting": Ask(BRANCH),
    "meetings.change_pta_meeting": Ask(BRANCH, body=PTA_MEETING | _VERSION, also=(409,)),
    "meetings.cancel_pta_meeting": Ask(BRANCH, fresh=fresh.pta_meeting),
    "meetings.answer_pta_meeting": Ask(BRANCH, body={"coming": True}, fresh=fresh.pta_members),
    "meetings.pta_meeting_answers": Ask(BRANCH),
    "meetings.note_pta_attendance": Ask(BRANCH, body=_VERSION | {"present": []}, also=(409,)),
    "meetings.pta_meeting_calendar": Ask(BRANCH),
    "meetings.write_pta_minutes": Ask(BRANCH, body=_VERSION | {"text": "We met."}, also=(409,)),
    "meetings.read_pta_minutes": Ask(BRANCH),
    "meetings.pta_minutes_versions": Ask(BRANCH),
    "meetings.publish_pta_minutes": Ask(BRANCH, body=_VERSION, also=(409,)),
    "meetings.adopt_pta_minutes": Ask(BRANCH, body=_VERSION, also=(409,)),
    "meetings.record_pta_decision": Ask(BRANCH, body=PTA_DECISION | {"owner_id": "$guardian_id"}),
    "meetings.pta_decisions": Ask(BRANCH),
    "meetings.pta_decision": Ask(BRANCH),
    "meetings.change_pta_decision": Ask(BRANCH, body=PTA_DECISION | {"edition": 0}, also=(409,)),
    "meetings.settle_pta_decision": Ask(BRANCH, body={"state": "open", "edition": 0}, also=(409,)),
    "meetings.call_pta_election": Ask(BRANCH, body=PTA_ELECTION),
    "meetings.pta_elections": Ask(BRANCH),
    "meetings.pta_election": Ask(BRANCH),
    "meetings.change_pta_election": Ask(BRANCH, body=PTA_ELECTION | _VERSION, also=(409,)),
    "meetings.cancel_pta_election": Ask(BRANCH, fresh=fresh.pta_election),
    "meetings.make_counting_code": Ask(BRANCH),
    "meetings.count_pta_election": Ask(BRANCH, body={"counting_code": "0"}, also=(409,)),
    "meetings.nominate": Ask(BRANCH, body={"office_key": "chair"}, fresh=fresh.pta_members),
    "meetings.pta_candidate": Ask(BRANCH),
    "meetings.stand": Ask(THING, body={"statement": "I can count."}, owner="guardian"),
    "meetings.withdraw": Ask(THING, owner="guardian", fresh=fresh.pta_candidate),
    "meetings.ballot_paper": Ask(BRANCH),
    "meetings.vote": Ask(BRANCH, body={"marks": {}}, also=(409,)),  # it is not open
    "meetings.pta_ballots": Ask(BRANCH, also=(409,)),
    "meetings.pta_voters": Ask(BRANCH, also=(409,)),
}
