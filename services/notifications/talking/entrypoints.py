"""Conversations between home and school."""

from schoolbus.service import api, every
from services.notifications.talking import posts, schemas, teasers, threads, unclear

ALL = "/v1/branches/{branch_id}/conversations"
UNCLEAR = "/v1/branches/{branch_id}/unclear-answers"
ONE_UNCLEAR = UNCLEAR + "/{unclear_answer_id}"
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

    # As time passes

    @every(seconds=10)
    def tell_of_messages(self):
        teasers.tell_late(self.store, self.settings.public_url)
