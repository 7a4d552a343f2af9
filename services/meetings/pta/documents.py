"""What is kept of the parents' association. Named in the service's store; docs/pta.md says which index keeps what.

Dates are ISO texts of the branch's calendar, moments are UTC.
"""

from schoolbus.store import Documents, Index

_LIVE = {"exclusive": True}
_OTHERS = {"exclusive": False}

MEMBERS = Documents(  # by the person alone: their calendar
    "pta_members", ["branch_id active _id", Index("branch_id person_id", unique=True), "person_id"], "This member", tells=True
)
OFFICES = Documents("pta_offices")  # one document a branch: what its offices are called, and its quorum
OFFICERS = Documents(  # a term each; `days` holds every day of it, counted from the year 1
    "pta_officers",
    [
        Index("branch_id office_key days", unique=True, where=_LIVE),  # one holder at a time
        Index("branch_id office_key person_id days", unique=True, where=_OTHERS),  # nobody holds one twice at a time
        "branch_id person_id ends_on",
        "branch_id -starts_on -_id",
    ],
    "This term of office",
    tells=True,
)

MEETINGS = Documents("pta_meetings", ["branch_id -starts_at -_id", "remind_at"], "This PTA meeting", tells=True)
ANSWERS = Documents(  # one a member and meeting: whether they come
    "pta_answers", ["branch_id pta_meeting_id edition _id", "branch_id person_id"], "This answer"
)
MINUTES = Documents(
    "pta_minutes", [Index("pta_meeting_id version", unique=True), "branch_id"], "These minutes"
)  # a version each
DECISIONS = Documents(
    "pta_decisions",
    ["branch_id state due_on _id", "branch_id pta_meeting_id _id", "state remind_on"],
    "This decision",
    tells=True,
)

ELECTIONS = Documents("pta_elections", ["branch_id -closes_at -_id", "next_at"], "This election", tells=True)
CANDIDATES = Documents(
    "pta_candidates",
    [Index("election_id office_key person_id", unique=True), "branch_id election_id _id"],
    "This candidate",
    tells=True,
)
# A household each, made at the opening: nobody is in two of an election. Who voted is here, and when is nowhere.
VOTERS = Documents(
    "pta_voters", [Index("election_id guardian_ids", unique=True), "branch_id election_id _id"], "This household", tells=True
)
URNS = Documents("pta_urns")  # an election's keys, until the count
# Sealed ballots, until the count: under ids of chance, and in the order of these
ENVELOPES = Documents("pta_envelopes", ["branch_id election_id"], clustered=True)
BALLOTS = Documents("pta_ballots", ["branch_id election_id _id"], "This ballot")  # opened: nobody's
