"""What meetings says of the parents' association (PTA). `person_ids`: whom it concerns, up to 500 in an event.

No event says who voted for whom: meetings itself doesn't know (docs/decisions/ballot.md). `edition` is as in
meetings.MeetingMoved.
"""

from marshmallow import fields, validate

from schoolbus.events import Event, Id, Utc

MEMBERS_ARE = ("guardian", "teacher")


class _ToPeople(Event):
    read_by = ("notifications",)
    person_ids = fields.List(Id(), required=True)


class _OfAssociation(Event):
    """For a branch's own systems: nobody is told."""

    read_by = ("notifications",)
    person_id = Id(required=True)


class PtaMembershipChanged(_OfAssociation):
    """Somebody joined the association, or left it. Since 1."""

    type = "meetings.pta_membership_changed"
    member = fields.Boolean(required=True)
    role = fields.String(required=True, validate=validate.OneOf(MEMBERS_ARE))  # as what they belong to it


class PtaOfficeTaken(_ToPeople):
    """Somebody was elected or appointed to an office, for a term. `office` is its name, as the branch calls it. Since 1."""

    type = "meetings.pta_office_taken"
    pta_officer_id = Id(required=True)
    office_key = fields.String(required=True)
    office = fields.String(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)  # the last day


class PtaOfficeEnded(_OfAssociation):
    """A term ends sooner than was said, or was called off before its first day (`ends_on` is the day before). Since 1."""

    type = "meetings.pta_office_ended"
    pta_officer_id = Id(required=True)
    office_key = fields.String(required=True)
    ends_on = fields.Date(required=True)


class _OfMeeting(_ToPeople):
    pta_meeting_id = Id(required=True)
    edition = fields.Integer(required=True)
    title = fields.String(required=True)
    starts_at = Utc(required=True)
    place = fields.String(required=True)


class PtaMeetingCalled(Event):
    """Members of the parents' association (up to 500 in an event) are called to a meeting. Since 1.

    With a higher `edition` when it is at another time or place.
    """

    type = "meetings.pta_meeting_called"
    read_by = ("notifications",)
    pta_meeting_id = Id(required=True)
    edition = fields.Integer(required=True)
    title = fields.String(required=True)
    starts_at = Utc(required=True)
    ends_at = Utc(required=True)
    place = fields.String(required=True)
    person_ids = fields.List(Id(), required=True)
    calendar = fields.String(required=True)  # RFC 5545, METHOD:PUBLISH, this edition


class PtaMeetingCancelled(_OfMeeting):
    """A meeting of the association will not be. `starts_at` and `place` are what they were. Since 1."""

    type = "meetings.pta_meeting_cancelled"
    calendar = fields.String(required=True)  # METHOD:CANCEL, this edition


class PtaMeetingReminder(_OfMeeting):
    """It is time to remind members of a meeting. Since 1."""

    type = "meetings.pta_meeting_reminder"


class PtaMinutesPublished(_ToPeople):
    """Minutes can be read. `pta_minutes_id` is the meeting's id, `edition` the version of its minutes. Since 1."""

    type = "meetings.pta_minutes_published"
    pta_minutes_id = Id(required=True)
    edition = fields.Integer(required=True)
    title = fields.String(required=True)  # of the meeting


class _OfDecision(_ToPeople):
    pta_decision_id = Id(required=True)
    edition = fields.Integer(required=True)
    title = fields.String(required=True)
    due_on = fields.Date(required=True)


class PtaDecisionMade(_OfDecision):
    """The association decided that somebody does something, or gave it to somebody else or another day. Since 1."""

    type = "meetings.pta_decision_made"


class PtaDecisionDue(_OfDecision):
    """It is time to remind whoever is to do what was decided. Since 1."""

    type = "meetings.pta_decision_due"


class PtaDecisionSettled(Event):
    """What was decided is done, was dropped, or is open again. Since 1."""

    type = "meetings.pta_decision_settled"
    read_by = ("notifications",)
    pta_decision_id = Id(required=True)
    edition = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(("open", "done", "dropped")))


class PtaNominated(_ToPeople):
    """Somebody is nominated for an office and has to say whether they stand. Since 1."""

    type = "meetings.pta_nominated"
    pta_candidate_id = Id(required=True)
    pta_election_id = Id(required=True)
    office = fields.String(required=True)
    answer_by = Utc(required=True)


class _OfElection(_ToPeople):
    pta_election_id = Id(required=True)
    title = fields.String(required=True)


class PtaElectionCalled(_OfElection):
    """An election was called, or its times have changed: nominations are taken until `answer_by`. Since 1."""

    type = "meetings.pta_election_called"
    edition = fields.Integer(required=True)
    answer_by = Utc(required=True)
    opens_at = Utc(required=True)
    closes_at = Utc(required=True)


class PtaElectionOpened(_OfElection):
    """Households can vote. Since 1."""

    type = "meetings.pta_election_opened"
    edition = fields.Integer(required=True)
    closes_at = Utc(required=True)


class PtaElectionReminder(_OfElection):
    """It is time to remind guardians of households that have not voted. Since 1."""

    type = "meetings.pta_election_reminder"
    edition = fields.Integer(required=True)
    closes_at = Utc(required=True)


class PtaVoteCast(_OfElection):
    """The vote of a household, whose guardians these are, is in: so that nobody votes in their name unnoticed. Since 1."""

    type = "meetings.pta_vote_cast"


class PtaElectionCounted(_OfElection):
    """The ballots are counted. `digest` is of the list that is published: who keeps it can tell whether the list was changed.
    Since 1.
    """

    type = "meetings.pta_election_counted"
    edition = fields.Integer(required=True)
    digest = fields.String(required=True)  # SHA-256, hexadecimal; docs/pta.md says of what
    ballots = fields.Integer(required=True)


class PtaElectionCancelled(_OfElection):
    """An election will not be, or is over without a result. Since 1."""

    type = "meetings.pta_election_cancelled"
    edition = fields.Integer(required=True)
