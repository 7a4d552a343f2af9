"""Conversations between home and school."""

from schoolbus.attached import LARGEST
from schoolbus.service import Media, RawBody, api, every
from services.notifications.talking import (
    abuse,
    attachments,
    blocking,
    hours,
    leading,
    mailed,
    partners,
    posts,
    schemas,
    suggestions,
    teasers,
    threads,
    unclear,
)

ALL = "/v1/branches/{branch_id}/conversations"
UNCLEAR = "/v1/branches/{branch_id}/unclear-answers"
ONE_UNCLEAR = UNCLEAR + "/{unclear_answer_id}"
DESK = "/v1/branches/{branch_id}/desk"
REPORTS = "/v1/branches/{branch_id}/abuse-reports"
BLOCKS = "/v1/branches/{branch_id}/writing-blocks"
BOX = "/v1/branches/{branch_id}/suggestions"
FILES = "/v1/branches/{branch_id}/attachments"
FILE = RawBody(limit=LARGEST)
ONE = ALL + "/{conversation_id}"


class Talking:
    @api("POST", ALL, takes=schemas.ConversationDraft, gives=schemas.Conversation, status=201, may="start conversations")
    def start_conversation(self, caller, branch_id, draft):
        """Write to a child's teacher, or to a child's guardian"""
        return posts.start(self.store, caller, branch_id, draft, self.settings.public_url)

    @api("GET", ALL, query=schemas.ConversationQuery, gives=schemas.Conversation, paged=True, may="see conversations")
    def list_conversations(self, caller, branch_id, query):
        """My conversations, with what I have not read; a head's: all of the branch"""
        return threads.page(self.store, caller, branch_id, query)

    @api("GET", ALL + "/partners", query=schemas.PartnersQuery, gives=schemas.Partners, may="start conversations")
    def conversation_partners(self, caller, branch_id, query):
        """Who teaches a child: to whom its family can write"""
        return {"items": partners.of_child(self.store, caller, branch_id, query["student_id"])}

    @api("GET", ONE, gives=schemas.Conversation, may="see conversations")
    def conversation(self, caller, branch_id, conversation_id):
        """One conversation"""
        return threads.one(self.store, caller, branch_id, conversation_id)

    @api("GET", ONE + "/messages", gives=schemas.Message, paged=True, may="see conversations")
    def conversation_messages(self, caller, branch_id, conversation_id, query):
        """What was said, newest first"""
        return posts.page(self.store, caller, branch_id, conversation_id, query)

    @api("POST", ONE + "/messages", takes=schemas.MessageDraft, gives=schemas.Message, status=201, may="write in conversations")
    def write_message(self, caller, branch_id, conversation_id, draft):
        """Write in a conversation"""
        return posts.write(self.store, caller, branch_id, conversation_id, draft, self.settings.public_url)

    @api("POST", ONE + "/read", takes=schemas.ReadMark, gives=schemas.Conversation, may="see conversations")
    def read_conversation(self, caller, branch_id, conversation_id, mark):
        """I have read up to this message"""
        return threads.read(self.store, caller, branch_id, conversation_id, mark["number"])

    @api("POST", ONE + "/hand-over", takes=schemas.HandingOver, gives=schemas.Conversation, may="lead conversations")
    def hand_over_conversation(self, caller, branch_id, conversation_id, wish):
        """Hand a conversation over to the class teacher or a head"""
        return leading.hand_over(self.store, caller, branch_id, conversation_id, wish["to"], self.settings.public_url)

    @api("POST", ONE + "/closing", gives=schemas.Conversation, may="lead conversations")
    def close_conversation(self, caller, branch_id, conversation_id):
        """Close a conversation; the next message opens it again"""
        return leading.close(self.store, caller, branch_id, conversation_id)

    @api("POST", ONE + "/reopening", gives=schemas.Conversation, may="lead conversations")
    def reopen_conversation(self, caller, branch_id, conversation_id):
        """Open a closed conversation again"""
        return leading.reopen(self.store, caller, branch_id, conversation_id)

    # Files

    @api(
        "POST",
        FILES,
        query=schemas.AttachmentQuery,
        takes=FILE,
        gives=schemas.Attachment,
        status=201,
        may="write in conversations",
    )
    def attach(self, caller, branch_id, query, raw):
        """Upload a picture, a sound or a PDF for a message to come: the body is the file"""
        return attachments.upload(self.store, caller, branch_id, query, raw)

    @api("GET", FILES + "/{attachment_id}", gives=Media("*/*"), may="see conversations")
    def attachment(self, caller, branch_id, attachment_id):
        """What was attached to a message"""
        return attachments.download(self.store, caller, branch_id, attachment_id)

    # When somebody answers

    @api("GET", DESK, gives=schemas.Desk, may="see office hours")
    def desk(self, caller, branch_id):
        """When the branch answers, and its office's phone"""
        return hours.desk(self.store, caller.branch(branch_id))

    @api("PUT", DESK, takes=schemas.Desk, gives=schemas.Desk, may="keep office hours")
    def keep_desk(self, caller, branch_id, desk):
        """Say when the branch answers"""
        return hours.keep(self.store, caller, branch_id, desk)

    @api("GET", DESK + "/mine", gives=schemas.OwnHours, may="keep own office hours")
    def my_hours(self, caller, branch_id):
        """When I answer"""
        return hours.of(self.store, caller.branch(branch_id), caller.person_id)

    @api("PUT", DESK + "/mine", takes=schemas.OwnHours, gives=schemas.OwnHours, may="keep own office hours")
    def keep_my_hours(self, caller, branch_id, own):
        """Say when I answer"""
        return hours.keep_mine(self.store, caller, branch_id, own)

    @api("DELETE", DESK + "/mine", may="keep own office hours")
    def drop_my_hours(self, caller, branch_id):
        """The branch's hours are mine again"""
        hours.drop_mine(self.store, caller, branch_id)

    # Abuse

    @api(
        "POST",
        ONE + "/messages/{letter_id}/report",
        takes=schemas.AbuseDraft,
        gives=schemas.AbuseReport,
        status=201,
        may="report messages",
    )
    def report_message(self, caller, branch_id, conversation_id, letter_id, draft):
        """Report a message to the head"""
        return abuse.report(self.store, caller, branch_id, conversation_id, letter_id, draft, self.settings.public_url)

    @api("GET", REPORTS, query=schemas.AbuseQuery, gives=schemas.AbuseReport, paged=True, may="deal with abuse")
    def list_abuse_reports(self, caller, branch_id, query):
        """Messages that were reported"""
        return abuse.page(self.store, caller, branch_id, query)

    @api("GET", REPORTS + "/{abuse_report_id}", gives=schemas.AbuseReport, may="deal with abuse")
    def abuse_report(self, caller, branch_id, abuse_report_id):
        """One message that was reported"""
        return abuse.one(self.store, caller, branch_id, abuse_report_id)

    @api(
        "POST",
        REPORTS + "/{abuse_report_id}/outcome",
        takes=schemas.AbuseOutcome,
        gives=schemas.AbuseReport,
        may="deal with abuse",
    )
    def settle_abuse_report(self, caller, branch_id, abuse_report_id, outcome):
        """What came of a report"""
        return abuse.settle(self.store, caller, branch_id, abuse_report_id, outcome["outcome"])

    @api("POST", BLOCKS, takes=schemas.BlockDraft, gives=schemas.Block, status=201, may="deal with abuse")
    def block_writing(self, caller, branch_id, draft):
        """A guardian may not write in the branch for a time"""
        return blocking.block(self.store, caller, branch_id, draft, self.settings.public_url)

    @api("GET", BLOCKS, gives=schemas.Block, paged=True, may="deal with abuse")
    def list_writing_blocks(self, caller, branch_id, query):
        """Who may not write, and who might not"""
        return blocking.page(self.store, caller, branch_id, query["page"])

    @api("DELETE", BLOCKS + "/{block_id}", gives=schemas.Block, may="deal with abuse")
    def lift_block(self, caller, branch_id, block_id):
        """They may write again"""
        return blocking.lift(self.store, caller, branch_id, block_id)

    @api("GET", BLOCKS + "/{block_id}/answers", gives=schemas.UnknownAnswer, paged=True, may="deal with abuse")
    def blocked_answers(self, caller, branch_id, block_id, query):
        """What they wrote by phone or e-mail meanwhile"""
        return blocking.answers(self.store, caller, branch_id, block_id, query["page"])

    # Answers of which it isn't sure whose they are

    @api("GET", UNCLEAR, gives=schemas.UnclearAnswer, paged=True, may="sort answers")
    def list_unclear_answers(self, caller, branch_id, query):
        """Answers that wait to be sorted: a class teacher's, or all of the branch"""
        return unclear.page(self.store, caller, branch_id, query["page"])

    @api("GET", ONE_UNCLEAR, gives=schemas.UnclearAnswer, may="sort answers")
    def unclear_answer(self, caller, branch_id, unclear_answer_id):
        """One answer that waits to be sorted"""
        return unclear.one(self.store, caller, branch_id, unclear_answer_id)

    @api("POST", ONE_UNCLEAR + "/sorting", takes=schemas.Sorting, gives=schemas.UnclearAnswer, may="sort answers")
    def sort_answer(self, caller, branch_id, unclear_answer_id, to):
        """It is this guardian's, about this child: into their conversation"""
        return unclear.sort(self.store, caller, branch_id, unclear_answer_id, to, self.settings.public_url)

    @api("POST", ONE_UNCLEAR + "/setting-aside", gives=schemas.UnclearAnswer, may="sort answers")
    def set_answer_aside(self, caller, branch_id, unclear_answer_id):
        """It needs nobody"""
        return unclear.set_aside(self.store, caller, branch_id, unclear_answer_id)

    @api("GET", "/v1/unclear-answers", gives=schemas.UnknownAnswer, paged=True, may="sort answers of the chain")
    def list_unknown_answers(self, caller, query):
        """Answers from numbers that no branch knows"""
        return unclear.unknown(self.store, query["page"])

    @api(
        "POST",
        "/v1/unclear-answers/{unclear_answer_id}/branch",
        takes=schemas.PassingOn,
        gives=schemas.UnknownAnswer,
        may="sort answers of the chain",
    )
    def pass_answer_on(self, caller, unclear_answer_id, to):
        """Pass an answer from an unknown number on to a branch's office"""
        return unclear.pass_on(self.store, unclear_answer_id, to["branch_id"])

    # The suggestion box

    @api(
        "POST",
        BOX,
        takes=schemas.SuggestionDraft,
        gives=schemas.SuggestionWithCode,
        status=201,
        may="use the suggestion box",
        keyed=True,
    )
    def drop_suggestion(self, caller, branch_id, draft, request_id):
        """Suggest something, anonymously if you like"""
        return suggestions.drop_in(self.store, caller, branch_id, draft, self.settings.link_secret, request_id)

    @api("GET", BOX, query=schemas.SuggestionQuery, gives=schemas.Suggestion, paged=True, may="read suggestions")
    def list_suggestions(self, caller, branch_id, query):
        """What is in the box; for the operator, where the branch shares it"""
        return suggestions.page(self.store, caller, branch_id, query)

    @api("GET", BOX + "/{suggestion_id}", gives=schemas.Suggestion, may="read suggestions")
    def suggestion(self, caller, branch_id, suggestion_id):
        """One suggestion"""
        return suggestions.one(self.store, caller, branch_id, suggestion_id)

    @api("POST", BOX + "/{suggestion_id}/seen", gives=schemas.Suggestion, may="read suggestions")
    def see_suggestion(self, caller, branch_id, suggestion_id):
        """I have read this suggestion"""
        return suggestions.seen(self.store, caller, branch_id, suggestion_id)

    @api("PUT", BOX + "/{suggestion_id}/answer", takes=schemas.AnswerDraft, gives=schemas.Suggestion, may="read suggestions")
    def answer_suggestion(self, caller, branch_id, suggestion_id, draft):
        """Answer a suggestion"""
        return suggestions.answer(self.store, caller, branch_id, suggestion_id, draft["text"])

    @api("POST", "/v1/suggestion-answers", takes=schemas.SuggestionCode, gives=schemas.SuggestionAnswer, public=True)
    def suggestion_answer(self, caller, asked):
        """What was answered to the suggestion of this code"""
        return suggestions.by_code(self.store, asked["code"])

    # As time passes

    @every(seconds=10)
    def tell_of_messages(self):
        teasers.tell_late(self.store, self.settings.public_url)
        leading.tell_late(self.store, self.settings.public_url)

    @every(seconds=600)
    def clear_attachments(self):
        attachments.clear(self.store)
        mailed.clear(self.store)
