"""The day itself: the teacher's list, who is here, who is late, what was said, and whom to call."""

from schoolbus.contracts import reports
from schoolbus.service import api, every, on
from services.meetings.booking.schemas import Booking
from services.meetings.theday import asking, attending, briefs, calls, delays, lists, notes, preparing, prompts, schemas

BRANCH = "/v1/branches/{branch_id}"
DAY = f"{BRANCH}/meeting-days/{{meeting_day_id}}"
BOOKING = f"{BRANCH}/bookings/{{booking_id}}"


class TheDay:
    # Before the meeting

    @api("GET", f"{BRANCH}/meeting-prompts", gives=schemas.Prompts, may="see meeting days")
    def meeting_prompts(self, caller, branch_id):
        """What families can choose to talk about, in English and Urdu"""
        return prompts.offered()

    @api("GET", f"{BOOKING}/preparation", gives=schemas.Preparation, may="prepare meetings")
    def preparation(self, caller, branch_id, booking_id):
        """What the family would like to talk about, and what it needs"""
        return preparing.read(self.store, caller, branch_id, booking_id)

    @api("PATCH", f"{BOOKING}/preparation", takes=schemas.PreparationDraft, gives=schemas.Preparation, may="prepare meetings")
    def prepare(self, caller, branch_id, booking_id, said):
        """Choose prompts, ask questions beforehand, say who comes along and what is needed"""
        return preparing.prepare(self.store, caller, branch_id, booking_id, said)

    # The day

    @api("GET", f"{DAY}/list", query=schemas.ListQuery, gives=schemas.DayList, may="see day lists")
    def day_list(self, caller, branch_id, meeting_day_id, query):
        """A teacher's meetings of a day in order, each with the child's short brief"""
        return lists.of_teacher(self.store, caller, branch_id, meeting_day_id, query)

    @api("PUT", f"{DAY}/teachers/{{teacher_id}}/delay", takes=schemas.DelayDraft, gives=schemas.Delay, may="run meetings")
    def run_late(self, caller, branch_id, meeting_day_id, teacher_id, draft):
        """A teacher runs so many minutes late: the next families hear it"""
        return delays.late(self.store, caller, branch_id, meeting_day_id, teacher_id, draft["minutes"])

    @api("POST", f"{BOOKING}/arrival", gives=Booking, may="run meetings")
    def check_in(self, caller, branch_id, booking_id):
        """The family is here"""
        return attending.arrive(self.store, caller, branch_id, booking_id)

    @api("PUT", f"{BOOKING}/attendance", takes=schemas.AttendanceDraft, gives=Booking, may="run meetings")
    def note_attendance(self, caller, branch_id, booking_id, draft):
        """The meeting was held, or missed; said otherwise later, it is corrected"""
        return attending.note(self.store, caller, branch_id, booking_id, draft["state"])

    @api("GET", f"{BOOKING}/notes", gives=schemas.Notes, may="see meeting notes")
    def meeting_notes(self, caller, branch_id, booking_id):
        """What was noted of a meeting"""
        return notes.read(self.store, caller, branch_id, booking_id)

    @api("PUT", f"{BOOKING}/notes", takes=schemas.NotesDraft, gives=schemas.Notes, may="write meeting notes")
    def write_notes(self, caller, branch_id, booking_id, said):
        """Write notes that the family sees after the meeting, and private ones"""
        return notes.write(self.store, caller, branch_id, booking_id, said)

    # Missed, and called instead

    @api("GET", f"{BRANCH}/call-wishes", query=schemas.CallWishQuery, gives=schemas.CallWish, may="see call wishes", paged=True)
    def call_wishes(self, caller, branch_id, query):
        """Families that missed a meeting and would like a call, the newest first"""
        return calls.mine(self.store, caller, branch_id, query)

    @api("PUT", f"{BOOKING}/call-wish", takes=schemas.CallWishDraft, gives=schemas.CallWish, may="wish for calls")
    def wish_for_call(self, caller, branch_id, booking_id, answer):
        """After a missed meeting: a call, with times that fit, or none"""
        return calls.wish(self.store, caller, branch_id, booking_id, answer)

    @api("POST", f"{BOOKING}/call", takes=schemas.CallDraft, gives=Booking, status=201, may="run meetings", keyed=True)
    def arrange_call(self, caller, branch_id, booking_id, call, key):
        """Book the call that a family wished for, as a meeting by telephone"""
        return calls.arrange(self.store, caller, branch_id, booking_id, call, key)

    @api("POST", f"{BOOKING}/call-wish/completion", gives=schemas.CallWish, may="run meetings")
    def called(self, caller, branch_id, booking_id):
        """They have talked: the wish is done"""
        return calls.called(self.store, caller, branch_id, booking_id)

    # When something happened elsewhere

    @on(reports.StudentsBriefed, prefetch=4)
    def keep_briefs(self, event):
        briefs.keep(self.store, event)

    # As time passes

    @every(seconds=60)
    def ask_who_came(self):
        asking.ask(self.store)
