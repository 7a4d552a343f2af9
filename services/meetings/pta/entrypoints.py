"""The parents' association: who belongs to it, who acts for it, when it meets and what it decides."""

from schoolbus.service import Answer, Media, api, every
from services.meetings.invitation import content_type
from services.meetings.pta import (
    association,
    calling,
    coming,
    decisions,
    members,
    minutes,
    officers,
    offices,
    quorum,
    reminding,
    schemas,
)

PTA = "/v1/branches/{branch_id}/pta"
MEETING, DECISION = f"{PTA}/meetings/{{pta_meeting_id}}", f"{PTA}/decisions/{{pta_decision_id}}"
SEE, JOIN, RUN, KEEP = "see the pta", "join the pta", "run the pta", "keep the pta"


class Pta:
    # Who belongs to it, and who acts for it

    @api("GET", PTA, gives=schemas.Association, may=SEE)
    def pta(self, caller, branch_id):
        """The parents' association: how many members, who holds which office today"""
        return association.shown(self.store, caller, branch_id)

    @api("PUT", f"{PTA}/membership", gives=schemas.Member, may=JOIN)
    def join_pta(self, caller, branch_id):
        """Join the PTA"""
        return members.join(self.store, caller, branch_id)

    @api("GET", f"{PTA}/membership", gives=schemas.Member, may=JOIN)
    def my_pta_membership(self, caller, branch_id):
        """My membership, and since when"""
        return members.mine(self.store, caller, branch_id)

    @api("DELETE", f"{PTA}/membership", may=JOIN)
    def leave_pta(self, caller, branch_id):
        """Leave the PTA"""
        members.leave(self.store, caller, branch_id)

    @api("GET", f"{PTA}/members", gives=schemas.Member, may=RUN, paged=True)
    def pta_members(self, caller, branch_id, query):
        """Who is a member"""
        return members.page(self.store, caller, branch_id, query["page"])

    @api("PUT", f"{PTA}/members/{{person_id}}", gives=schemas.Member, may=RUN)
    def enrol_pta_member(self, caller, branch_id, person_id):
        """Make somebody a member who asked for it"""
        return members.enrol(self.store, caller, branch_id, person_id)

    @api("DELETE", f"{PTA}/members/{{person_id}}", may=RUN)
    def remove_pta_member(self, caller, branch_id, person_id):
        """End somebody's membership on their behalf"""
        members.remove(self.store, caller, branch_id, person_id)

    @api("PUT", f"{PTA}/offices", takes=schemas.Offices, gives=schemas.Offices, may=KEEP)
    def keep_pta_offices(self, caller, branch_id, wanted):
        """Say which offices the branch's PTA has, all of them"""
        return {"offices": offices.keep(self.store, caller, branch_id, wanted)}

    @api("PUT", f"{PTA}/quorum", takes=schemas.Quorum, gives=schemas.Quorum, may=KEEP)
    def keep_pta_quorum(self, caller, branch_id, wanted):
        """Say which share of the members has to be at a meeting for it to decide"""
        return quorum.keep(self.store, caller, branch_id, wanted["percent"])

    @api("POST", f"{PTA}/officers", takes=schemas.OfficerDraft, gives=schemas.Officer, status=201, may=KEEP, keyed=True)
    def appoint_pta_officer(self, caller, branch_id, draft, key):
        """Appoint somebody to an office for a term, without an election"""
        return officers.appoint(self.store, caller, branch_id, draft, key)

    @api("GET", f"{PTA}/officers", query=schemas.OfficersQuery, gives=schemas.Officer, may=SEE, paged=True)
    def pta_officers(self, caller, branch_id, query):
        """Who held, holds and will hold which office, the latest terms first"""
        return officers.page(self.store, caller, branch_id, query)

    @api("GET", f"{PTA}/officers/{{pta_officer_id}}", gives=schemas.Officer, may=SEE)
    def pta_officer(self, caller, branch_id, pta_officer_id):
        """A term of office"""
        return officers.one(self.store, caller, branch_id, pta_officer_id)

    @api("POST", f"{PTA}/officers/{{pta_officer_id}}/end", takes=schemas.OfficerEnd, may=KEEP)
    def end_pta_office(self, caller, branch_id, pta_officer_id, wanted):
        """End a term sooner than was said"""
        officers.end(self.store, caller, branch_id, pta_officer_id, wanted["ends_on"])

    # When it meets

    @api("POST", f"{PTA}/meetings", takes=schemas.MeetingDraft, gives=schemas.Meeting, status=201, may=RUN, keyed=True)
    def call_pta_meeting(self, caller, branch_id, draft, key):
        """Call a meeting of the PTA; its members are told"""
        return calling.call(self.store, caller, branch_id, draft, key)

    @api("GET", f"{PTA}/meetings", gives=schemas.MeetingRow, may=SEE, paged=True)
    def pta_meetings(self, caller, branch_id, query):
        """Meetings of the PTA, the latest first"""
        return association.meetings(self.store, caller, branch_id, query["page"])

    @api("GET", MEETING, gives=schemas.Meeting, may=SEE)
    def pta_meeting(self, caller, branch_id, pta_meeting_id):
        """A meeting with its agenda, what it decided and what it follows up"""
        return association.meeting(self.store, caller, branch_id, pta_meeting_id)

    @api("PUT", MEETING, takes=schemas.MeetingChange, gives=schemas.Meeting, may=RUN)
    def change_pta_meeting(self, caller, branch_id, pta_meeting_id, wanted):
        """Another time, place, title or agenda"""
        return calling.change(self.store, caller, branch_id, pta_meeting_id, wanted)

    @api("POST", f"{MEETING}/cancellation", gives=schemas.Meeting, may=RUN)
    def cancel_pta_meeting(self, caller, branch_id, pta_meeting_id):
        """Cancel a meeting; its members are told"""
        return calling.cancel(self.store, caller, branch_id, pta_meeting_id)

    @api("PUT", f"{MEETING}/answer", takes=schemas.Coming, gives=schemas.Meeting, may=JOIN)
    def answer_pta_meeting(self, caller, branch_id, pta_meeting_id, said):
        """Say whether I come to a meeting of the PTA"""
        return coming.answer(self.store, caller, branch_id, pta_meeting_id, coming=said["coming"])

    @api("GET", f"{MEETING}/answers", gives=schemas.Answer, may=RUN, paged=True)
    def pta_meeting_answers(self, caller, branch_id, pta_meeting_id, query):
        """Which members say that they come, and which that they don't"""
        return coming.page(self.store, caller, branch_id, pta_meeting_id, query["page"])

    @api("PUT", f"{MEETING}/attendance", takes=schemas.AttendanceDraft, gives=schemas.Meeting, may=RUN)
    def note_pta_attendance(self, caller, branch_id, pta_meeting_id, wanted):
        """Note who came, all of them"""
        return calling.attend(self.store, caller, branch_id, pta_meeting_id, wanted)

    @api("GET", f"{MEETING}/calendar", gives=Media("text/calendar"), may=SEE)
    def pta_meeting_calendar(self, caller, branch_id, pta_meeting_id):
        """A meeting of the PTA as a calendar file"""
        text = association.calendar(self.store, caller, branch_id, pta_meeting_id)
        headers = {"Content-Disposition": 'attachment; filename="meeting.ics"'}
        return Answer(text.encode(), content_type(text), headers=headers)

    @api("PUT", f"{MEETING}/minutes", takes=schemas.MinutesDraft, gives=schemas.Minutes, may=RUN)
    def write_pta_minutes(self, caller, branch_id, pta_meeting_id, wanted):
        """Write a new version of the minutes, a draft"""
        return minutes.write(self.store, caller, branch_id, pta_meeting_id, wanted)

    @api("GET", f"{MEETING}/minutes", gives=schemas.Minutes, may=SEE)
    def read_pta_minutes(self, caller, branch_id, pta_meeting_id):
        """The minutes as they are published; officers see their draft"""
        return minutes.one(self.store, caller, branch_id, pta_meeting_id)

    @api("GET", f"{MEETING}/minutes/versions", gives=schemas.MinutesVersions, may=RUN)
    def pta_minutes_versions(self, caller, branch_id, pta_meeting_id):
        """All versions of the minutes, the latest first"""
        return {"items": minutes.versions(self.store, caller, branch_id, pta_meeting_id)}

    @api("POST", f"{MEETING}/minutes/publication", takes=schemas.MinutesVersion, gives=schemas.Minutes, may=RUN)
    def publish_pta_minutes(self, caller, branch_id, pta_meeting_id, wanted):
        """Publish the newest version; members are told"""
        return minutes.publish(self.store, caller, branch_id, pta_meeting_id, wanted["version"])

    @api("POST", f"{MEETING}/minutes/adoption", takes=schemas.MinutesVersion, gives=schemas.Minutes, may=RUN)
    def adopt_pta_minutes(self, caller, branch_id, pta_meeting_id, wanted):
        """Adopt the minutes: nobody changes them any more"""
        return minutes.adopt(self.store, caller, branch_id, pta_meeting_id, wanted["version"])

    # What it decides

    @api("POST", f"{MEETING}/decisions", takes=schemas.DecisionDraft, gives=schemas.Decision, status=201, may=RUN, keyed=True)
    def record_pta_decision(self, caller, branch_id, pta_meeting_id, draft, key):
        """Record what a meeting decided; whoever is to do it hears of it"""
        return decisions.record(self.store, caller, branch_id, pta_meeting_id, draft, key)

    @api("GET", f"{PTA}/decisions", query=schemas.DecisionsQuery, gives=schemas.Decision, may=SEE, paged=True)
    def pta_decisions(self, caller, branch_id, query):
        """What was decided, the first due first"""
        return decisions.page(self.store, caller, branch_id, query)

    @api("GET", DECISION, gives=schemas.Decision, may=SEE)
    def pta_decision(self, caller, branch_id, pta_decision_id):
        """A decision, and what became of it"""
        return decisions.one(self.store, caller, branch_id, pta_decision_id)

    @api("PUT", DECISION, takes=schemas.DecisionChange, gives=schemas.Decision, may=RUN)
    def change_pta_decision(self, caller, branch_id, pta_decision_id, wanted):
        """Other words, another owner or day"""
        return decisions.change(self.store, caller, branch_id, pta_decision_id, wanted)

    @api("POST", f"{DECISION}/state", takes=schemas.DecisionState, gives=schemas.Decision, may=RUN)
    def settle_pta_decision(self, caller, branch_id, pta_decision_id, wanted):
        """Done, dropped, or open again; by an officer or whoever is to do it"""
        return decisions.settle(self.store, caller, branch_id, pta_decision_id, wanted)

    # As time passes

    @every(seconds=30)
    def remind_pta(self):
        reminding.remind(self.store)
