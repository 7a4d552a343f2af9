"""What a keyword does: STOP takes a channel from a number, START gives it back, HELP tells how, READ marks what was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN, branch
from services.notifications.languages import say
from services.notifications.opting import opt_outs
from services.notifications.sending.marking import mark
from services.notifications.sending.queueing import URGENT
from services.notifications.states import State
from services.notifications.talking import hours, teasers
from services.notifications.talking.keywords import Keyword
from services.notifications.texts import HELP, HELP_WITH_PHONE, STARTED, STOPPED, Text

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

ARRIVED = [State.SENT.value, State.DELIVERED.value]
FEED = "/v1/feed"


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


def was_read(store: Store, answer: Document, addresses: list[str]) -> Document | None:
    """The message that they say they have read: the one they quote, else the newest to them."""
    to_them: dict[str, Any] = {"address": {"$in": addresses}, "created_at": {"$lte": answer["received_at"]}}
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
    told = {
        "_id": effect_id(answer["_id"], text.name),
        "branch_id": row["branch_id"],
        "person_id": row["person_id"],
        "role": "guardian" if "guardian" in row["roles"] else "teacher",
        "about_type": "keyword",
        "about_id": answer["_id"],
        "path": FEED,
        "text": text.name,
        "language": row["language"],
        "subject": said.subject,
        "body": said.body,
        "template": None,
        "parameters": list(said.parameters),
        "urgency": URGENT,  # they have just written to us
        "only": answer["channel"],
        "source": {"kind": "keyword", "id": answer["_id"]},
    }
    teasers.send(store, [told], public_url)
