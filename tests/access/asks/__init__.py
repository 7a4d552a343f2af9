"""How each operation of the API is asked: a row each. `$name` stands for an id of the place that is asked about.

What the right names is what the path, query and body name: `about` says which of them belongs to somebody. A new operation
without a row fails the test.
"""

from tests.access.asks import (
    activities,
    announcing,
    booking,
    classroom,
    days,
    families,
    gradebook,
    guiding,
    identity,
    learning,
    moving,
    oneroster,
    privacy,
    pta,
    rosters,
    ruling,
    school,
    subscribing,
    timetabling,
    wording,
)
from tests.access.asks.ask import Ask

PUBLIC = {
    "roster.sign_in": "signing in",
    "roster.ask_for_code": "signing in",
    "roster.verify_code": "signing in",
    "roster.go_to_provider": "signing in: it only leads on",
    "roster.come_from_provider": "signing in: it only says again what the browser brought",
    "roster.sign_in_by_provider": "signing in: the provider's signature is checked",
    "roster.set_up_factor": "signing in: with a ticket that a right password gave",
    "roster.confirm_set_up": "signing in: with that ticket",
    "roster.refresh": "the refresh token says whose session it is",
    "roster.sign_out": "the refresh token says whose session it is",
    "roster.give_machine_token": "the client's secret is checked",
    "notifications.follow_link": "a link in a message: it only leads on",
    "notifications.sms_receipt": "signed by the carrier",
    "notifications.sms_answer": "signed by the carrier",
    "notifications.mail_came": "signed by the carrier: the mail server's token is checked",
    "reports.verify_report_card": "the code on the card is checked, and says nothing of the child",
    "meetings.calendar_feed": "the address is a secret, made anew and given up by whose it is",
    "notifications.ask_to_unsubscribe": "the link's signature says whose e-mail it is",
    "notifications.unsubscribe": "the link's signature says whose e-mail it is",
    "notifications.suggestion_answer": "the code is checked",
    "notifications.call_receipt": "signed by the carrier",
    "notifications.audio_note": "the address's signature says which note",
    "notifications.whatsapp_challenge": "signed by the carrier",
    "notifications.whatsapp_reports": "signed by the carrier",
}

ASKS: dict[str, Ask] = {
    **school.ASKS,
    **moving.ASKS,
    **families.ASKS,
    **identity.ASKS,
    **privacy.ASKS,
    **subscribing.ASKS,
    **rosters.ASKS,
    **oneroster.ASKS,
    **classroom.ASKS,
    **learning.ASKS,
    **gradebook.ASKS,
    **booking.ASKS,
    **days.ASKS,
    **pta.ASKS,
    **activities.ASKS,
    **announcing.ASKS,
    **ruling.ASKS,
    **guiding.ASKS,
    **wording.ASKS,
    **timetabling.ASKS,
}
