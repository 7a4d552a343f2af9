"""Audio notes, for their person and for carriers; what became of calls; and any text of a page, aloud."""

from schoolbus.service import Answer, Media, RawBody, api
from services.notifications import feed, receipts
from services.notifications.speaking import notes
from services.notifications.speaking.aloud import PATIENCE, Aloud, encoded
from services.notifications.speaking.schemas import SpokenText
from services.notifications.speaking.speakers import Espeak

ALOUD = Aloud(Espeak(PATIENCE), encoded)


class Speaking:
    @api("POST", "/v1/spoken-texts", takes=SpokenText, gives=Media("audio/ogg"), may="hear texts")
    def speak_text(self, caller, wanted):
        """A text, aloud: at most 2,000 characters in a language that has a voice"""
        sound = ALOUD.speak(wanted["text"], wanted["language"])
        return Answer(sound, "audio/ogg", headers={"Cache-Control": "no-store"})

    @api("GET", "/v1/feed/{message_id}/audio", gives=Media("audio/ogg"), may="see own messages")
    def my_audio_note(self, caller, message_id):
        """A message of mine, aloud"""
        sound, kind = feed.audio(self.store, caller, message_id)
        return Answer(sound, kind)

    @api("GET", notes.PATH + "{token}/{kind}", gives=Media("audio/ogg"), public=True)
    def audio_note(self, caller, token, kind):
        """An audio note, for the carrier that plays or passes it on; the address is signed"""
        sound, content_type = notes.fetched(self.store, self.settings.link_secret, token, kind)
        return Answer(sound, content_type)

    @api("POST", receipts.VOICE_RECEIPTS + "{attempt_id}", takes=RawBody(limit=100_000), public=True)
    def call_receipt(self, caller, attempt_id, raw):
        """A call came to a new state"""
        receipts.voice_receipt(self.store, self.settings, attempt_id, raw)
