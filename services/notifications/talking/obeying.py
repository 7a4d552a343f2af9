"""What a keyword does: STOP takes a channel from a number, START gives it back, HELP tells how, READ marks what was read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN, branch
from services.notifications.opting import opt_outs
from services.notifications.sending.daily import URGENT
from services.notifications.sending.marking import mark
from services.notifications.states import State
from services.notifications.talking import hours, notes
from services.notifications.talking.keywords import Keyword
from services.notifications.wording.languages import say
from services.notifications.wording.texts import HELP, HELP_WITH_PHONE, STARTED, STOPPED, Text

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

WHOLE_SECONDS = timedelta(seconds=1)  # WhatsApp tells no smaller part of its times
ARRIVED = [State.SENT.value, State.DELIVERED.value]


def obey(store: Store, answer: Document, rows: list[Document], meaning: Keyword, public_url: str) -> None:
    """STOP, START or HELP from a number that is of these people. What it does is done once, however often it is run."""
    people = {store.counting(branch(row["branch_id"]), row["person_id"]) for row in rows}
    if meaning is Keyword.STOP:
        _confirm(store, answer, rows, STOPPED, {}, public_url)  # before the channel is gone
        for person_id in sorted(people):
            opt_outs.leave(store, None, person_id, answer["channel"], "stop")
    elif meaning is Keyword.START:
        for person_id in sorted(people):
            opt_outs.come_back(store, person_id, answer["channel"])
        _confirm(store, answer, rows, STARTED, {}, public_url)
    elif rows:
        phone = hours.desk(store, branch(rows[0]["branch_id"]))["phone"]
        _confirm(store, answer, rows, HELP_WITH_PHONE if phone else HELP, {"phone": phone}, public_url)
    log().info("keyword_obeyed", keyword=meaning.value, channel=answer["channel"], people=len(people))


def until(answer: Document) -> datetime:
    """What was written later they can't mean: not even what this answer brings about, when it is taken a second time."""
    latest: datetime = min(answer["kept_at"], answer["received_at"] + WHOLE_SECONDS)
    return latest


def was_read(store: Store, answer: Document, addresses: list[str]) -> Document | None:
    """The message that they say they have read: the one they quote, else the newest to them."""
    to_them: dict[str, Any] = {"address": {"$in": addresses}, "created_at": {"$lte": until(answer)}}
    if answer.get("quotes"):
        message = store.messages.first(WHOLE_CHAIN, {**to_them, "carrier_id": answer["quotes"]})
    else:
        message = store.messages.first(WHOLE_CHAIN, {**to_them, "state": {"$in": ARRIVED}}, sort="-created_at")
    if message is not None:
        mark(store.messages, message["_id"], State.READ, answer["received_at"])
    return message


def _confirm(store: Store, answer: Document, rows: list[Document], text: Text, facts: dict[str, Any], public_url: str) -> None:
    """One answer to the number, by the same channel, whoever of them it is."""
    row = next((each for each in rows if store.subscribed(each["branch_id"])), None)
    if row is None:
        return
    said = say(text, row["language"], [], facts)
    wishes = {"urgency": URGENT, "only": answer["channel"], "template": None}  # they have just written to us
    notes.send(store, row["branch_id"], row, text, said, answer["_id"], opt_outs.CONFIRMS, answer["_id"], public_url, **wishes)
