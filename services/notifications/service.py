"""Notifications: home hears what school has to say, in its language, on its channel, and school sees that it did."""

from functools import partial

from schoolbus.configured import Configured
from schoolbus.contracts import meetings, pta, reports, roster, theday
from schoolbus.contracts.notifications import PersonExported
from schoolbus.privacy import export
from schoolbus.problems import NotFound
from schoolbus.replay.taking import take
from schoolbus.retention import clear
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.service import Answer, KeepsRoster, Media, RawBody, Stored, api, every, on
from services.notifications import feed, following, metering, privacy, receipts, resending, retention, telling
from services.notifications.activities.entrypoints import HearsOfActivities
from services.notifications.announcing.entrypoints import Announcing
from services.notifications.association.entrypoints import Association
from services.notifications.carriers.smpp import inbox
from services.notifications.deliveries.entrypoints import DeliveriesOfChain
from services.notifications.guiding.entrypoints import Guiding
from services.notifications.links import PATH as LINKS
from services.notifications.links import message_id_of
from services.notifications.mailing.entrypoints import Mailing
from services.notifications.metrics import show_waiting
from services.notifications.opting.entrypoints import Opting
from services.notifications.packs.entrypoints import Packing
from services.notifications.paper.entrypoints import Paper
from services.notifications.pushing.entrypoints import Pushing
from services.notifications.reaching import counting
from services.notifications.replaying.entrypoints import Replaying
from services.notifications.ruling.entrypoints import Ruling
from services.notifications.schemas import AboutQuery, Challenge, FamilyMessage, FeedItem, Resend, Summary
from services.notifications.sending import contacts, readdressing, riders
from services.notifications.settings import Receiving
from services.notifications.speaking.entrypoints import Speaking
from services.notifications.store import Store
from services.notifications.talking.entrypoints import Talking
from services.notifications.translating.entrypoints import Translating
from services.notifications.waiting.entrypoints import Waiting
from services.notifications.webhooks.entrypoints import Webhooks
from services.notifications.wording.entrypoints import Wording

FROM_CARRIER = RawBody(limit=1_000_000)
CSV = Media("text/csv")
RESEND = "/v1/branches/{branch_id}/messages/resend"


def sheet(body, name):
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Answer(body, "text/csv; charset=utf-8", headers=headers)


class Notifications(
    KeepsRoster,
    Announcing,
    Webhooks,
    Opting,
    Mailing,
    Pushing,
    Speaking,
    DeliveriesOfChain,
    Paper,
    Talking,
    Ruling,
    Replaying,
    Waiting,
    Wording,
    Translating,
    Guiding,
    Packing,
    HearsOfActivities,
    Association,
):
    name = "notifications"
    store = Stored(Store)
    settings = Configured(Receiving)

    # Through the gateway

    @api("GET", "/v1/branches/{branch_id}/messages", query=AboutQuery, gives=FamilyMessage, paged=True, may="follow messages")
    def messages_about(self, caller, branch_id, query):
        """What became of the messages about one thing, family by family"""
        return following.messages_about(self.store, caller, branch_id, query)

    @api("GET", "/v1/branches/{branch_id}/messages/summary", query=AboutQuery, gives=Summary, may="follow messages")
    def messages_summary(self, caller, branch_id, query):
        """How many messages about one thing are in each state"""
        return following.summary(self.store, caller, branch_id, query)

    @api("GET", "/v1/branches/{branch_id}/messages.csv", query=AboutQuery, gives=CSV, may="follow messages")
    def messages_file(self, caller, branch_id, query):
        """The messages about one thing as a file: a row for each state of each"""
        return sheet(following.file(self.store, caller, branch_id, query), "messages.csv")

    @api("POST", RESEND, query=AboutQuery, gives=Resend, status=202, may="send messages again")
    def send_all_again(self, caller, branch_id, query):
        """Send what about one thing has reached nobody once more"""
        return resending.about(self.store, caller, branch_id, query)

    @api("GET", RESEND, query=AboutQuery, gives=Resend, may="send messages again")
    def sent_again(self, caller, branch_id, query):
        """My last wish to send again what is about one thing, and how far it is"""
        return resending.newest(self.store, caller, branch_id, query)

    @api("GET", "/v1/branches/{branch_id}/messages/{message_id}", gives=FamilyMessage, may="follow messages")
    def message(self, caller, branch_id, message_id):
        """One message: each state and each attempt"""
        return following.one(self.store, caller, branch_id, message_id)

    @api("POST", "/v1/branches/{branch_id}/messages/{message_id}/resend", gives=FamilyMessage, may="send messages again")
    def send_again(self, caller, branch_id, message_id):
        """Send a message once more that has not reached its guardian, by the channels they have today"""
        return resending.one(self.store, caller, branch_id, message_id)

    @api("GET", "/v1/feed", gives=FeedItem, may="see own messages", paged=True)
    def my_feed(self, caller, query):
        """My messages, newest first"""
        return feed.mine(self.store, caller, query)

    @api("POST", "/v1/feed/{message_id}/read", gives=FeedItem, may="see own messages")
    def i_read(self, caller, message_id):
        """I have read this message"""
        return feed.read(self.store, caller, message_id)

    @api("GET", "/v1/feed/{message_id}/calendar", gives=Media("text/calendar"), may="see own messages")
    def my_calendar_file(self, caller, message_id):
        """The calendar file of a message"""
        headers = {"Content-Disposition": 'attachment; filename="meeting.ics"'}
        return Answer(feed.calendar(self.store, caller, message_id), "text/calendar; charset=utf-8", headers=headers)

    @api("GET", LINKS + "{code}", status=302, public=True)
    def follow_link(self, caller, code):
        """Where the link in a message leads"""
        message = self.store.messages.first(WHOLE_CHAIN, {"_id": message_id_of(code)})
        if message is None:
            raise NotFound("This link")
        return Answer(b"", status=302, headers={"Location": message["path"]})

    # Carriers call back; each call is signed

    @api("POST", receipts.SMS_RECEIPTS + "{attempt_id}", takes=FROM_CARRIER, public=True)
    def sms_receipt(self, caller, attempt_id, raw):
        """An SMS came to a new state"""
        receipts.sms_receipt(self.store, self.settings, attempt_id, raw)

    @api("POST", receipts.SMS_ANSWERS, takes=FROM_CARRIER, gives=Media("text/xml"), public=True)
    def sms_answer(self, caller, raw):
        """Somebody wrote an SMS to us"""
        receipts.sms_answer(self.store, self.settings, raw)
        return Answer(b"<Response/>", "text/xml; charset=utf-8")

    @api("GET", "/v1/carriers/whatsapp", query=Challenge, gives=Media("text/plain"), public=True)
    def whatsapp_challenge(self, caller, query):
        """Meta asks whether this address is ours"""
        return Answer(receipts.whatsapp_challenge(self.settings, query).encode(), "text/plain; charset=utf-8")

    @api("POST", "/v1/carriers/whatsapp", takes=FROM_CARRIER, gives=Media("application/json"), public=True)
    def whatsapp_reports(self, caller, raw):
        """WhatsApp messages came to new states, or somebody wrote to us"""
        receipts.whatsapp(self.store, self.settings, raw)
        return Answer(b"{}")

    # When something happened elsewhere

    @on(reports.HomeworkSet, prefetch=4)
    def tell_of_homework(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(reports.HomeworkChanged, prefetch=4)
    def tell_of_changed_homework(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(reports.HomeworkWithdrawn, prefetch=4)
    def tell_of_withdrawn_homework(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(reports.ExpectationsChanged, prefetch=4)
    def tell_of_expectations(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(reports.GoalSet, prefetch=4)
    def tell_of_goal(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(reports.ReportCardIssued)
    def tell_of_report_card(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(reports.ReportCardCorrected)
    def tell_of_corrected_report_card(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(reports.QuizResultRecorded, prefetch=4)
    def tell_of_quiz_results(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(reports.BehaviourNoted)
    def tell_of_behaviour_note(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(reports.AbsenceRecorded)
    def tell_of_absence(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(reports.AbsenceCorrected)
    def tell_of_corrected_absence(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(reports.ArrivalRecorded)
    def tell_of_arrival(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(reports.BehaviourNotesWithdrawn)
    def take_back_behaviour_notes(self, event):
        telling.take_back(self.store, event, "behaviour_note")

    @on(reports.HomeNoteWritten)
    def tell_of_home_note(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(reports.HomeNoteAcknowledged)
    def tell_of_acknowledgement(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(reports.HomeNotePrompted, prefetch=2)
    def ask_for_home_note(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(meetings.MeetingDayOpened, prefetch=4)
    def tell_of_meeting_day(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(meetings.WishesWanted, prefetch=4)
    def ask_for_wishes(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(meetings.SlotBooked)
    def confirm_booking(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(meetings.MeetingMoved)
    def tell_of_moved_meeting(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(meetings.MeetingCancelled)
    def tell_of_cancelled_meeting(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(meetings.MeetingCalledOff)
    def tell_of_meeting_called_off(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(meetings.MeetingDayCancelled, prefetch=4)
    def tell_of_cancelled_meeting_day(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(meetings.DayMeetingsCancelled, prefetch=2)
    def take_back_meetings(self, event):
        telling.take_back(self.store, event, "booking")

    @on(meetings.SlotOffered)
    def tell_of_offered_slot(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(meetings.MeetingReminder)
    def remind_of_meeting(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(pta.PtaMeetingCalled)
    def call_to_pta_meeting(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(theday.CommitmentDue)
    def remind_of_commitment(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(theday.CommitmentMade)
    def tell_of_commitment(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(theday.CommitmentSettled)
    def tell_of_settled_commitment(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(theday.MeetingDelayed)
    def tell_of_delay(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(theday.MeetingHeld)
    def tell_of_held_meeting(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(theday.MeetingMissed)
    def offer_call(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(theday.CallWished)
    def tell_of_call_wish(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(theday.AttendanceWanted)
    def ask_for_attendance(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(theday.WrittenMeetingAsked)
    def tell_of_written_meeting(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(theday.WrittenMeetingReminder)
    def remind_of_written_meeting(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(theday.WrittenMeetingHeld)
    def tell_of_answers(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(theday.WrittenMeetingLapsed)
    def tell_of_lapsed_meeting(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(roster.SignInCodeRequested)
    def send_sign_in_code(self, event):
        telling.send_code(self.store, event)

    @on(roster.ContactConfirmed)
    def use_contact_again(self, event):
        contacts.confirmed(self.store, event.data["person_id"], event.data["channel"])

    @on(roster.ExportAsked, prefetch=1)
    def export_person(self, event):
        export(self.store, privacy.HELD, event, PersonExported, partial(privacy.files, self.store))

    @on(roster.ReplayedToNotifications, prefetch=4)
    def keep_replayed(self, event):
        readdressing.readdress(self.store, event.branch_id, event.data["people"])
        take(self.store, event)

    @on(roster.PersonErased, prefetch=1)
    def erase_person(self, event):
        privacy.erase(self.store, event)

    @every(seconds=3600)
    def remove_what_is_over(self):
        clear(self.store, retention.over(self.settings.message_days))

    @every(seconds=30)
    def erase_again(self):
        privacy.again(self.store)

    # As time passes

    @every(seconds=15)
    def measure_queue(self):
        show_waiting(self.store.count_by("channel", WHOLE_CHAIN, {"state": "queued"}))

    @every(seconds=60)
    def catch_up_with_others(self):
        riders.catch_up(self.store)

    @every(seconds=60)
    def tell_of_torn_sms(self):
        inbox.flush(self.store)

    @every(seconds="USAGE_EVERY")
    def meter_usage(self):
        metering.meter(self.store)

    @every(seconds=10)
    def count_reach(self):
        counting.tell(self.store, self.settings.count_every)
