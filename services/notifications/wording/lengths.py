"""How long a sentence gets: not wrong, but dear, where an SMS of it has more parts than it should have."""

from collections.abc import Iterator

from services.notifications.messages import sms_text
from services.notifications.segments import is_gsm_7, parts
from services.notifications.wording import templates
from services.notifications.wording.languages import said
from services.notifications.wording.templates import EXAMPLES, LINK
from services.notifications.wording.words import Wording

LATIN, OTHERS = 1, 2  # parts of an SMS; those in another script hold 70 characters instead of 160


def warnings(wording: Wording) -> Iterator[str]:
    """In words, of a text with made-up names and facts."""
    for children in (1, 2):
        body = said(wording, None, templates.names(wording, children), EXAMPLES).body
        text = sms_text(body, LINK)
        most = LATIN if is_gsm_7(text) else OTHERS
        if (count := parts(text)) > most:
            yield f"{count} SMS about {children}: more than {most}"
