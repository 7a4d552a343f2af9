"""Texts in other languages, as a machine makes them: for a person to confirm."""

from schoolbus.service import api
from services.notifications.announcing.entrypoints import BRANCH as BRANCHS
from services.notifications.announcing.entrypoints import CHAIN as CHAINS
from services.notifications.announcing.entrypoints import ID
from services.notifications.announcing.schemas import Announcement
from services.notifications.talking.entrypoints import ONE as CONVERSATION
from services.notifications.talking.schemas import Message
from services.notifications.translating import announcements, asking, posts, schemas

OF_BRANCH, OF_CHAIN = "/v1/branches/{branch_id}/translations", "/v1/translations"
TEXT = ID + "/texts/{language}"


class Translating:
    @api("GET", OF_BRANCH, gives=schemas.Translations, may="have texts translated")
    def what_is_translated(self, caller, branch_id):
        """What can be translated into what, and how much is left of today's"""
        return asking.what_there_is(self.store, self.settings, branch_id)

    @api("POST", OF_BRANCH, takes=schemas.TranslationDraft, gives=schemas.Translation, may="have texts translated")
    def translate(self, caller, branch_id, draft):
        """Have texts translated by a machine: drafts, which a person is to read"""
        texts = asking.translate(self.store, self.settings, branch_id, draft["texts"], draft["from"], draft["to"])
        return {**draft, "texts": texts}

    @api("GET", OF_CHAIN, gives=schemas.Translations, may="announce to the chain")
    def what_is_translated_for_chain(self, caller):
        """What can be translated for the chain"""
        return asking.what_there_is(self.store, self.settings, None)

    @api("POST", OF_CHAIN, takes=schemas.TranslationDraft, gives=schemas.Translation, may="announce to the chain")
    def translate_for_chain(self, caller, draft):
        """Have texts of the chain translated by a machine"""
        texts = asking.translate(self.store, self.settings, None, draft["texts"], draft["from"], draft["to"])
        return {**draft, "texts": texts}

    @api("POST", BRANCHS + TEXT + "/translation", takes=schemas.From, gives=Announcement, may="announce")
    def translate_announcement(self, caller, branch_id, announcement_id, language, given):
        """Have an announcement's text in this language made by a machine"""
        asked = (branch_id, announcement_id, language, given["from"])
        return announcements.translate(self.store, self.settings, caller, *asked)

    @api("POST", BRANCHS + TEXT + "/confirm", gives=Announcement, may="announce")
    def confirm_translation(self, caller, branch_id, announcement_id, language):
        """I have read the machine's text, and it is right"""
        return announcements.confirm(self.store, caller, branch_id, announcement_id, language)

    @api("POST", CHAINS + TEXT + "/translation", takes=schemas.From, gives=Announcement, may="announce to the chain")
    def translate_chain_announcement(self, caller, announcement_id, language, given):
        """Have the chain's announcement in this language made by a machine"""
        return announcements.translate(self.store, self.settings, caller, None, announcement_id, language, given["from"])

    @api("POST", CHAINS + TEXT + "/confirm", gives=Announcement, may="announce to the chain")
    def confirm_chain_translation(self, caller, announcement_id, language):
        """I have read the machine's text of the chain's announcement, and it is right"""
        return announcements.confirm(self.store, caller, None, announcement_id, language)

    @api(
        "POST",
        CONVERSATION + "/messages/{letter_id}/translation",
        takes=schemas.Into,
        gives=Message,
        may="see conversations",
    )
    def translate_message(self, caller, branch_id, conversation_id, letter_id, into):
        """Have a message of a conversation translated, beside what was written"""
        asked = (branch_id, conversation_id, letter_id, into["to"])
        return posts.translate(self.store, self.settings, caller, *asked)
