"""Conversations between home and school."""

from schoolbus.service import api, every
from services.notifications.talking import posts, schemas, teasers, threads

ALL = "/v1/branches/{branch_id}/conversations"
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

    # As time passes

    @every(seconds=10)
    def tell_of_messages(self):
        teasers.tell_late(self.store, self.settings.public_url)
