"""What we say: each text in English, which is also its key in the catalogues of the other languages (`locale/*.po`).

A text is a teaser: whose child, what is new. No marks, behaviour or health, and nothing that a teacher or a guardian wrote
about a child: phones are shared. The link below it asks for sign-in.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """`fields` are the parameters of its WhatsApp template, in order; the link comes last."""

    name: str
    subject: str
    one: str  # about one child
    many: str  # about several
    fields: tuple[str, ...]


def _text(name: str, fields: str, subject: str, one: str, many: str | None = None) -> Text:
    return Text(name, subject, one, many or one, tuple(fields.split()))


HOMEWORK_SET = _text(
    "homework_set",
    "children class_title due_on",
    "New homework: {children}",
    "{children} has new homework in {class_title}, due {due_on}.",
    "{children} have new homework in {class_title}, due {due_on}.",
)
HOMEWORK_CHANGED = _text(
    "homework_changed",
    "children class_title due_on",
    "Homework changed: {children}",
    "Homework of {children} in {class_title} has changed, due {due_on}.",
)
HOMEWORK_WITHDRAWN = _text(
    "homework_withdrawn",
    "children class_title due_on",
    "Homework taken back: {children}",
    "{children} need not do the homework in {class_title} due {due_on}.",
)
EXPECTATIONS_CHANGED = _text(
    "expectations_changed",
    "children class_title",
    "What we expect in class: {children}",
    "What {class_title} expects, new for {children}: please read it and say that you have.",
)
GOAL_SET = _text(
    "goal_set",
    "children class_title",
    "New learning goal: {children}",
    "{children} has a new learning goal in {class_title}.",
    "{children} have new learning goals in {class_title}.",
)
REPORT_CARD_ISSUED = _text(
    "report_card_issued",
    "children term",
    "Report card: {children}",
    "The report card of {children} for {term} is ready.",
)
REPORT_CARD_CORRECTED = _text(
    "report_card_corrected",
    "children term",
    "Corrected report card: {children}",
    "A corrected report card of {children} for {term} is ready.",
)
HOME_NOTE_WRITTEN = _text(
    "home_note_written",
    "children",
    "Home note: {children}",
    "There is a new home note about {children}.",
)
HOME_NOTE_ACKNOWLEDGED = _text(
    "home_note_acknowledged",
    "children teacher",
    "Your home note: {children}",
    "{teacher} has read your note about {children}.",
)
HOME_NOTE_PROMPTED = _text(
    "home_note_prompted",
    "",
    "How was the week at home?",
    "How was the week at home? Tell the teacher in a home note.",
)
MEETING_DAY_OPENED = _text(
    "meeting_day_opened",
    "children title held_on",
    "Meet the teachers: {children}",
    "{title}, {held_on}: choose a time to talk about {children}.",
)
WISHES_WANTED = _text(
    "wishes_wanted",
    "children title held_on",
    "Your wishes for the meeting: {children}",
    "{title}, {held_on}: say whom you want to meet about {children}, and when you can come.",
)
MEETING_BOOKED = _text(
    "meeting_booked",
    "children teacher starts_at place",
    "Meeting booked: {children}",
    "Meeting about {children} with {teacher}: {starts_at}, {place}.",
)
MEETING_WITH_FAMILY = _text(
    "meeting_with_family",
    "children starts_at place",
    "Meeting booked: {children}",
    "A family booked a meeting about {children}: {starts_at}, {place}.",
)
QUIZ_RESULT_RECORDED = _text(
    "quiz_result_recorded",
    "children class_title",
    "Quiz result: {children}",
    "{children} has a new quiz result in {class_title}.",
    "{children} have new quiz results in {class_title}.",
)
BEHAVIOUR_NOTED = _text(
    "behaviour_noted",
    "children teacher",
    "From class: {children}",
    "{teacher} has a note for you about how {children} is doing in class.",
    "{teacher} has a note for you about how {children} are doing in class.",
)
ABSENCE_RECORDED = _text(
    "absence_recorded",
    "children class_title absent_on",
    "Absent: {children}",
    "{children} was absent from {class_title} on {absent_on}. Please tell us why.",
    "{children} were absent from {class_title} on {absent_on}. Please tell us why.",
)
ABSENCE_CORRECTED = _text(
    "absence_corrected",
    "children class_title absent_on",
    "At school: {children}",
    "{children} was in {class_title} on {absent_on} after all. Our message of an absence was a mistake.",
    "{children} were in {class_title} on {absent_on} after all. Our message of an absence was a mistake.",
)
ARRIVAL_RECORDED = _text(
    "arrival_recorded",
    "children class_title absent_on",
    "Arrived: {children}",
    "{children} came to {class_title} on {absent_on} after the register was taken.",
    "{children} came to {class_title} on {absent_on} after the register was taken.",
)
MEETING_MOVED = _text(
    "meeting_moved",
    "children teacher starts_at place",
    "Meeting changed: {children}",
    "Changed: the meeting about {children} with {teacher} is now {starts_at}, {place}.",
)
MEETING_WITH_FAMILY_MOVED = _text(
    "meeting_with_family_moved",
    "children starts_at place",
    "Meeting changed: {children}",
    "Changed: the meeting with the family of {children} is now {starts_at}, {place}.",
)
MEETING_CANCELLED = _text(
    "meeting_cancelled",
    "children teacher starts_at",
    "Meeting cancelled: {children}",
    "Cancelled: the meeting about {children} with {teacher}, {starts_at}.",
)
MEETING_WITH_FAMILY_CANCELLED = _text(
    "meeting_with_family_cancelled",
    "children starts_at",
    "Meeting cancelled: {children}",
    "Cancelled: the meeting with the family of {children}, {starts_at}.",
)
MEETING_CALLED_OFF = _text(
    "meeting_called_off",
    "children teacher starts_at",
    "Meeting cancelled: {children}",
    "{teacher} is away: no meeting about {children}, {starts_at}. Choose another time.",
)
MEETING_DAY_CANCELLED = _text(
    "meeting_day_cancelled",
    "title held_on",
    "Cancelled: {title}",
    "Cancelled: {title}, {held_on}, and with it all meetings of that day.",
)
SLOT_OFFERED = _text(
    "slot_offered",
    "children teacher held_until",
    "A time is free: {children}",
    "A time with {teacher} about {children} is free. Say yes by {held_until}.",
)
MEETING_REMINDER = _text(
    "meeting_reminder",
    "children teacher starts_at place",
    "Reminder of the meeting: {children}",
    "Reminder: meeting about {children} with {teacher}, {starts_at}, {place}.",
)
MEETING_WITH_FAMILY_REMINDER = _text(
    "meeting_with_family_reminder",
    "children starts_at place",
    "Reminder of the meeting: {children}",
    "Reminder: meeting with the family of {children}, {starts_at}, {place}.",
)
ACTIVITY_OPENED = _text(
    "activity_opened",
    "title starts_at place",
    "You are invited: {title}",
    "You are invited: {title}, {starts_at}, {place}. Please say whether you come.",
)
ACTIVITY_CHANGED = _text(
    "activity_changed",
    "title starts_at place",
    "Changed: {title}",
    "Changed: {title} is now {starts_at}, {place}.",
)
ACTIVITY_CANCELLED = _text(
    "activity_cancelled",
    "title starts_at",
    "Cancelled: {title}",
    "Cancelled: {title}, {starts_at}, will not take place.",
)
ANSWER_MISSING = _text(
    "answer_missing",
    "title starts_at",
    "Do you come? {title}",
    "Please tell us whether you come: {title}, {starts_at}.",
)
ACTIVITY_REMINDER = _text(
    "activity_reminder",
    "title starts_at place",
    "Reminder: {title}",
    "Reminder: {title}, {starts_at}, {place}.",
)
SIGNED_UP = _text(
    "signed_up",
    "title starts_at place heads",
    "You are signed up: {title}",
    "You are signed up: {title}, {starts_at}, {place}. Places: {heads}.",
)
SIGN_UP_WITHDRAWN = _text(
    "sign_up_withdrawn",
    "title starts_at",
    "No longer signed up: {title}",
    "You are no longer signed up: {title}, {starts_at}.",
)
PLACE_OFFERED = _text(
    "place_offered",
    "title answer_by",
    "A place is free: {title}",
    "A place is free: {title}. Take it by {answer_by}, or it goes to the next family.",
)
FEEDBACK_ASKED = _text(
    "feedback_asked",
    "title",
    "How was it? {title}",
    "How was {title}? Two short questions wait for you.",
)
MATERIALS_SHARED = _text(
    "materials_shared",
    "title",
    "To read again: {title}",
    "What was shown at {title} is there to read again.",
)
VOLUNTEERS_WANTED = _text(
    "volunteers_wanted",
    "title starts_at place",
    "Helpers wanted: {title}",
    "Helpers wanted: {title}, {starts_at}, {place}. Choose a time that suits you.",
)
SHIFT_TAKEN = _text(
    "shift_taken",
    "title starts_at place",
    "Thank you for helping: {title}",
    "Thank you for helping: {title}, {starts_at}, {place}.",
)
SHIFT_GIVEN_BACK = _text(
    "shift_given_back",
    "title starts_at",
    "You no longer help: {title}",
    "You no longer help: {title}, {starts_at}.",
)
SHIFT_CANCELLED = _text(
    "shift_cancelled",
    "title starts_at",
    "Your help is not needed: {title}",
    "Your help is not needed after all: {title}, {starts_at}. Thank you.",
)
SHIFT_REMINDER = _text(
    "shift_reminder",
    "title starts_at place",
    "Reminder, you help: {title}",
    "Reminder, you help: {title}, {starts_at}, {place}.",
)
PERMISSION_ASKED = _text(
    "permission_asked",
    "children title answer_by",
    "Permission for {children}",
    "May {children} take part in {title}? Please answer by {answer_by}.",
)
PERMISSION_REMINDER = _text(
    "permission_reminder",
    "children title answer_by",
    "Permission for {children} is missing",
    "No answer yet: may {children} take part in {title}? Please answer by {answer_by}.",
)
CONSENT_RECORDED = _text(
    "consent_recorded",
    "children title",
    "Your answer for {children}",
    "Your answer for {children} is recorded: {title}.",
)
PTA_MEETING_CALLED = _text(
    "pta_meeting_called",
    "title starts_at place",
    "PTA meeting: {title}",
    "The PTA meets: {title}, {starts_at}, {place}.",
)
PTA_MEETING_CANCELLED = _text(
    "pta_meeting_cancelled",
    "title starts_at",
    "PTA meeting cancelled: {title}",
    "Cancelled: the PTA meeting {title}, {starts_at}.",
)
PTA_MEETING_REMINDER = _text(
    "pta_meeting_reminder",
    "title starts_at place",
    "Reminder of the PTA meeting: {title}",
    "Reminder: the PTA meets, {title}, {starts_at}, {place}.",
)
PTA_MINUTES_PUBLISHED = _text(
    "pta_minutes_published",
    "title",
    "PTA minutes: {title}",
    "The minutes of the PTA meeting {title} can be read.",
)
PTA_DECISION_MADE = _text(
    "pta_decision_made",
    "title due_on",
    "For you from the PTA: {title}",
    "The PTA counts on you: {title}, due {due_on}.",
)
PTA_DECISION_DUE = _text(
    "pta_decision_due",
    "title due_on",
    "Reminder from the PTA: {title}",
    "Reminder from the PTA: {title}, due {due_on}.",
)
PTA_OFFICE_TAKEN = _text(
    "pta_office_taken",
    "office starts_on ends_on",
    "Your office in the PTA: {office}",
    "Your office in the PTA: {office}, from {starts_on} to {ends_on}.",
)
PTA_NOMINATED = _text(
    "pta_nominated",
    "office answer_by",
    "You are nominated: {office}",
    "You are nominated for the PTA: {office}. Do you stand? Answer by {answer_by}.",
)
PTA_ELECTION_CALLED = _text(
    "pta_election_called",
    "title answer_by",
    "PTA election: {title}",
    "PTA election: {title}. Stand yourself or nominate somebody by {answer_by}.",
)
PTA_ELECTION_OPENED = _text(
    "pta_election_opened",
    "title closes_at",
    "PTA election, vote now: {title}",
    "PTA election {title}: your family can vote once, until {closes_at}.",
)
PTA_ELECTION_REMINDER = _text(
    "pta_election_reminder",
    "title closes_at",
    "PTA election, still open: {title}",
    "Your family has not voted yet: PTA election {title}, until {closes_at}.",
)
PTA_VOTE_CAST = _text(
    "pta_vote_cast",
    "title",
    "Your family has voted: {title}",
    "Your family has voted in the PTA election {title}. Was it not you? Tell the school office.",
)
PTA_ELECTION_COUNTED = _text(
    "pta_election_counted",
    "title",
    "PTA election, the result: {title}",
    "The result of the PTA election {title} is there, with the list of ballots.",
)
PTA_ELECTION_CANCELLED = _text(
    "pta_election_cancelled",
    "title",
    "PTA election cancelled: {title}",
    "Cancelled: the PTA election {title}.",
)
COMMITMENT_DUE = _text(
    "commitment_due",
    "children due_on",
    "Agreed for {children}",
    "What you agreed to do for {children} is due {due_on}.",
)
COMMITMENT_MADE = _text(
    "commitment_made",
    "children teacher due_on",
    "Agreed for {children}",
    "{teacher} and you agreed on something for {children}, until {due_on}.",
)
COMMITMENT_WITH_FAMILY_MADE = _text(
    "commitment_with_family_made",
    "children due_on",
    "Agreed for {children}",
    "You and the family of {children} agreed on something, until {due_on}.",
)
COMMITMENT_SETTLED = _text(
    "commitment_settled",
    "children",
    "Agreed for {children}",
    "There is news of what you agreed on for {children}.",
)
MEETING_DELAYED = _text(
    "meeting_delayed",
    "children teacher expected_at",
    "New time: {children}",
    "The meeting about {children} with {teacher} now begins at about {expected_at}.",
)
MEETING_HELD = _text(
    "meeting_held",
    "children teacher",
    "Thank you: {children}",
    "Thank you for meeting {teacher} about {children}. What you agreed on is kept here.",
)
MEETING_MISSED = _text(
    "meeting_missed",
    "children teacher",
    "We missed you: {children}",
    "{teacher} missed you at the meeting about {children}. Shall we call you? Say when.",
)
CALL_WISHED = _text(
    "call_wished",
    "children",
    "A call: {children}",
    "The family of {children} would like a call from you.",
)
ATTENDANCE_WANTED = _text(
    "attendance_wanted",
    "children",
    "Who came today?",
    "Please note whether the family of {children} came.",
    "Please note whether the families of {children} came.",
)
WRITTEN_MEETING_ASKED = _text(
    "written_meeting_asked",
    "children teacher last_day",
    "In writing: {children}",
    "{teacher} and you meet in writing about {children}. Please answer by {last_day}.",
)
WRITTEN_MEETING_WITH_FAMILY = _text(
    "written_meeting_with_family",
    "children last_day",
    "In writing: {children}",
    "You meet the family of {children} in writing. Please answer by {last_day}.",
)
WRITTEN_MEETING_REMINDER = _text(
    "written_meeting_reminder",
    "children last_day",
    "Your answers: {children}",
    "Reminder: please answer about {children} by {last_day}.",
)
WRITTEN_MEETING_HELD = _text(
    "written_meeting_held",
    "children",
    "Both have answered: {children}",
    "Both sides have answered about {children}: read it here.",
)
WRITTEN_MEETING_LAPSED = _text(
    "written_meeting_lapsed",
    "children",
    "In writing: {children}",
    "The written meeting about {children} is over. You can still find a time to talk.",
)
CONVERSATION_MESSAGE = _text(
    "conversation_message",
    "children writer",
    "Message about {children}",
    "{writer} wrote to you about {children}.",
)
# What a keyword is answered with
STOPPED = _text("stopped", "", "Your messages", "You will get no more messages here. Write START to get them again.")
STARTED = _text("started", "", "Your messages", "You will get messages here again. Write STOP to end them.")
HELP = _text("help", "", "Your messages", "Answer here to write to the teacher. STOP ends messages, START brings them back.")
HELP_WITH_PHONE = _text(
    "help_with_phone",
    "phone",
    "Your messages",
    "Answer here to write to the teacher. STOP ends messages, START brings them back. School: {phone}",
)
# To staff, in the app alone
MESSAGE_REPORTED = _text("message_reported", "", "A message was reported", "Somebody reported a message in a conversation.")
ANSWER_UNCLEAR = _text(
    "answer_unclear",
    "",
    "An answer to sort",
    "An answer from a family waits for you: it is not sure whose it is.",
)
ANSWER_EXPECTED = _text(
    "answer_expected",
    "children answer_by",
    "Message about {children}",
    "Your message about {children} has come. Expect an answer by {answer_by}.",
)
CONVERSATION_HANDED_OVER = _text(
    "conversation_handed_over",
    "children writer",
    "Message about {children}",
    "{writer} will answer you about {children}.",
)
CONVERSATION_YOURS = _text(
    "conversation_yours",
    "children",
    "Message about {children}",
    "A conversation about {children} was handed over to you.",
)
WRITING_BLOCKED = _text(
    "writing_blocked",
    "until",
    "Writing to the school",
    "You can't write to the school here until {until}. Please call the office.",
)
SIGN_IN_CODE = _text(
    "sign_in_code",
    "code",
    "Your sign-in code",
    "{code} is your sign-in code. Tell it to nobody.",
)
DIGEST = _text(
    "digest",
    "count subjects",
    "From school today: {count}",
    "From school today ({count}): {subjects}.",
)
GUIDE_TO_READ = _text(
    "guide_to_read",
    "children title",
    "To read: {children}",
    "For the family of {children}: {title}. To read, to hear, to print.",
)
ANNOUNCEMENT = _text(  # the template alone: elsewhere an announcement is the sender's own words
    "announcement",
    "words",
    "News from school",
    "News from school: {words}",
)
# To staff, in the app alone
LIMIT_NEAR = _text(
    "limit_near",
    "used limit",
    "Your messages this month",
    "{used} of this month's {limit} messages are used.",
)
WEBHOOK_STOPPED = _text(
    "webhook_stopped",
    "host",
    "A webhook was switched off",
    "The webhook at {host} was switched off: it no longer answers.",
)
# A WhatsApp template may neither begin nor end with a parameter.
GREETING = "Assalam-o-alaikum,"
FAREWELL = "Your school"
# Below a text that a machine has translated and nobody has confirmed
MACHINE_MADE = "Machine translation."

# In e-mail, and on the page that its link leads to
UNSUBSCRIBE = "No more e-mail from this school"
UNSUBSCRIBED = "You will get no more e-mail from this school. Your other channels stay as they are."

# What is said beside the texts: a catalogue has to have them too
PHRASES = (
    GREETING,
    FAREWELL,
    MACHINE_MADE,
    UNSUBSCRIBE,
    UNSUBSCRIBED,
)

TEXTS = {
    text.name: text
    for text in (
        HOMEWORK_SET,
        HOMEWORK_CHANGED,
        HOMEWORK_WITHDRAWN,
        EXPECTATIONS_CHANGED,
        GOAL_SET,
        REPORT_CARD_ISSUED,
        REPORT_CARD_CORRECTED,
        HOME_NOTE_WRITTEN,
        HOME_NOTE_ACKNOWLEDGED,
        HOME_NOTE_PROMPTED,
        MEETING_DAY_OPENED,
        WISHES_WANTED,
        MEETING_BOOKED,
        MEETING_WITH_FAMILY,
        QUIZ_RESULT_RECORDED,
        BEHAVIOUR_NOTED,
        ABSENCE_RECORDED,
        ABSENCE_CORRECTED,
        ARRIVAL_RECORDED,
        MEETING_MOVED,
        MEETING_WITH_FAMILY_MOVED,
        MEETING_CANCELLED,
        MEETING_WITH_FAMILY_CANCELLED,
        MEETING_CALLED_OFF,
        MEETING_DAY_CANCELLED,
        SLOT_OFFERED,
        MEETING_REMINDER,
        MEETING_WITH_FAMILY_REMINDER,
        ACTIVITY_OPENED,
        ACTIVITY_CHANGED,
        ACTIVITY_CANCELLED,
        ANSWER_MISSING,
        ACTIVITY_REMINDER,
        SIGNED_UP,
        SIGN_UP_WITHDRAWN,
        PLACE_OFFERED,
        FEEDBACK_ASKED,
        MATERIALS_SHARED,
        VOLUNTEERS_WANTED,
        SHIFT_TAKEN,
        SHIFT_GIVEN_BACK,
        SHIFT_CANCELLED,
        SHIFT_REMINDER,
        PERMISSION_ASKED,
        PERMISSION_REMINDER,
        CONSENT_RECORDED,
        PTA_MEETING_CALLED,
        PTA_MEETING_CANCELLED,
        PTA_MEETING_REMINDER,
        PTA_MINUTES_PUBLISHED,
        PTA_DECISION_MADE,
        PTA_DECISION_DUE,
        PTA_OFFICE_TAKEN,
        PTA_NOMINATED,
        PTA_ELECTION_CALLED,
        PTA_ELECTION_OPENED,
        PTA_ELECTION_REMINDER,
        PTA_VOTE_CAST,
        PTA_ELECTION_COUNTED,
        PTA_ELECTION_CANCELLED,
        COMMITMENT_DUE,
        COMMITMENT_MADE,
        COMMITMENT_WITH_FAMILY_MADE,
        COMMITMENT_SETTLED,
        MEETING_DELAYED,
        MEETING_HELD,
        MEETING_MISSED,
        CALL_WISHED,
        ATTENDANCE_WANTED,
        WRITTEN_MEETING_ASKED,
        WRITTEN_MEETING_WITH_FAMILY,
        WRITTEN_MEETING_REMINDER,
        WRITTEN_MEETING_HELD,
        WRITTEN_MEETING_LAPSED,
        CONVERSATION_MESSAGE,
        STOPPED,
        STARTED,
        HELP,
        HELP_WITH_PHONE,
        ANSWER_UNCLEAR,
        MESSAGE_REPORTED,
        ANSWER_EXPECTED,
        CONVERSATION_HANDED_OVER,
        CONVERSATION_YOURS,
        WRITING_BLOCKED,
        DIGEST,
        GUIDE_TO_READ,
        ANNOUNCEMENT,
        SIGN_IN_CODE,
        LIMIT_NEAR,
        WEBHOOK_STOPPED,
    )
}
# Never sent by WhatsApp, or only within the window that somebody's own message has opened
NO_TEMPLATE = (
    *(STOPPED, STARTED, HELP, HELP_WITH_PHONE),
    *(ANSWER_UNCLEAR, MESSAGE_REPORTED, SIGN_IN_CODE, LIMIT_NEAR, WEBHOOK_STOPPED),
)
