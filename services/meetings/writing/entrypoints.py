"""Written meetings: when no time fits, home and school answer a short form each."""

from schoolbus.service import api, every
from services.meetings.writing import answering, opening, reading
from services.meetings.writing.schemas import Answers, WrittenMeeting, WrittenMeetingDraft, WrittenMeetingQuery

ALL = "/v1/branches/{branch_id}/written-meetings"
ONE = f"{ALL}/{{written_meeting_id}}"


class Writing:
    @api("POST", ALL, takes=WrittenMeetingDraft, gives=WrittenMeeting, status=201, may="ask for written meetings", keyed=True)
    def open_written_meeting(self, caller, branch_id, draft, key):
        """Meet in writing: both sides have a week to answer a short form"""
        return opening.open_one(self.store, caller, branch_id, draft, key)

    @api("GET", ALL, query=WrittenMeetingQuery, gives=WrittenMeeting, may="see written meetings", paged=True)
    def written_meetings(self, caller, branch_id, query):
        """One's own written meetings, the newest first; a head's are those of the branch"""
        return reading.page(self.store, caller, branch_id, query)

    @api("GET", ONE, gives=WrittenMeeting, may="see written meetings")
    def written_meeting(self, caller, branch_id, written_meeting_id):
        """A written meeting: its questions, and the answers that one may read by now"""
        return reading.one(self.store, caller, branch_id, written_meeting_id)

    @api("PUT", f"{ONE}/answers", takes=Answers, gives=WrittenMeeting, may="answer written meetings")
    def answer_written_meeting(self, caller, branch_id, written_meeting_id, said):
        """Answer one's own side of a written meeting"""
        return answering.answer(self.store, caller, branch_id, written_meeting_id, said["answers"])

    @every(seconds=60)
    def follow_written_meetings(self):
        answering.remind(self.store)
        answering.end(self.store)
