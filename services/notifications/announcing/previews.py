"""What an announcement would come to before it is sent: how many, by branch, language and channel; why some have no way; SMS
parts and cost; what the branch's limit leaves; how it looks on a phone. A small one at once, a large one by a worker.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.ids import new_id
from schoolbus.problems import NotFound
from schoolbus.route import Answer
from schoolbus.scope import WHOLE_CHAIN, branch
from services.notifications import usage
from services.notifications.announcing import fanout, prices, reach, runs
from services.notifications.announcing.branches import Branches, only_people
from services.notifications.announcing.choosing import Recipient, choose, estimated, named_people
from services.notifications.announcing.words import worded
from services.notifications.sending.channels import CARRIED, SMS
from services.notifications.sending.queueing import foreseen
from services.notifications.wording import in_force, phones, phones_page
from services.notifications.wording.languages import LANGUAGES
from services.notifications.wording.templates import CHILDREN
from services.notifications.wording.texts import ANNOUNCEMENT

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

SMALL = 2000  # people up to whom it is made at once
CHUNK = 1000
LEASE = 30  # seconds
NOWHERE = ""  # where links would lead: nothing is counted by it
SECTIONS = ("by_branch", "carried", "languages", "wanted", "channels", "reasons")


def ask(store: Store, caller: Caller, branch_id: str | None, id: str) -> Document:
    """A preview of the announcement as it is now."""
    announcement = reach.one(store, caller, branch_id, id)
    ids = runs.branch_ids(store, announcement)
    total = estimated(store, ids, SMALL + 1) if ids else 0
    preview = {
        "_id": id,
        "branch_id": announcement["branch_id"],
        "asked": new_id(),
        "asked_at": now(),
        "branch_ids": ids,
        "state": "waiting",
        "cursor": "",
        "total": total,  # of a large one, a worker finds it out
        "seen": 0,
        "told": 0,
        "doubled": 0,
        "sms_parts": 0,
        "fallbacks": 0,
        **{section: {} for section in SECTIONS},
        "leased_until": None,
    }
    store.previews.collection.replace_one(WHOLE_CHAIN.filter({"_id": id}), preview, upsert=True)
    if total <= SMALL:
        go_on(store, preview)
    return one(store, caller, branch_id, id)


def one(store: Store, caller: Caller, branch_id: str | None, id: str) -> Document:
    """Raises NotFound while none was asked for."""
    announcement = reach.one(store, caller, branch_id, id)
    preview = store.previews.first(WHOLE_CHAIN, {"_id": id})
    if preview is None:
        raise NotFound("Preview", detail="Ask for one: POST …/preview.")
    return {
        **preview,
        "announcement_id": id,
        "progress": 1.0 if preview["state"] == "done" else min(preview["seen"] / max(preview["total"], 1), 0.99),
        "cost": prices.cost(store, preview["channels"], preview["sms_parts"]),
        "phones": [phone(announcement, code) for code in sorted(announcement["texts"])],
        **_limits(store, preview),
    }


def claim(store: Store) -> Document | None:
    return store.previews.claim({"state": "waiting"}, lease=LEASE, sort="asked_at", counting=False)


def go_on(store: Store, preview: Document) -> None:
    """To its end, writing down each chunk; a newer question takes its place."""
    announcement = store.announcements.first(WHOLE_CHAIN, {"_id": preview["_id"]})
    if announcement is None:
        return
    audience, ids = announcement["audience"], preview["branch_ids"]
    people = named_people(store, ids, audience["person_ids"]) if only_people(audience) else None
    branches = Branches(store, audience, ids, people)
    if preview["total"] > SMALL and not preview["seen"]:
        store.previews.change(
            WHOLE_CHAIN, preview["_id"], to={"total": estimated(store, ids)}, when={"asked": preview["asked"]}
        )
    cursor: str | None = preview["cursor"] if ids else None
    if cursor is None:
        store.previews.change(WHOLE_CHAIN, preview["_id"], to={"state": "done"}, when={"asked": preview["asked"]})
    while cursor is not None:
        chosen = choose(store, audience, branches, ids, cursor, CHUNK)
        told = counted(store, announcement, chosen.recipients)
        to: dict[str, Any] = {name: _sum(preview[name], told[name]) for name in SECTIONS}
        to |= {name: preview[name] + told[name] for name in ("told", "sms_parts", "fallbacks")}
        to |= {"seen": preview["seen"] + chosen.seen, "doubled": preview["doubled"] + chosen.doubled}
        to |= {"cursor": chosen.cursor, "state": "waiting" if chosen.cursor else "done"}
        unchanged = {"asked": preview["asked"], "cursor": cursor}
        changed = store.previews.change(WHOLE_CHAIN, preview["_id"], to=to, when=unchanged)
        if changed is None:
            return
        preview, cursor = changed, chosen.cursor


def counted(store: Store, announcement: Mapping[str, Any], recipients: Sequence[Recipient]) -> dict[str, Any]:
    """Of some who would be told, as a send does it. `wanted`: languages that they would like and that there is no text in."""
    found: dict[str, Counter[str]] = {name: Counter() for name in SECTIONS}
    drafts = fanout.drafts(announcement, announcement["version"], recipients, NOWHERE)
    people = {each.person_id: each.person for each in recipients}
    reword = fanout.rewording(announcement, recipients, NOWHERE)
    messages = foreseen(store, drafts, people, reword, now())
    for message in messages:
        wanted, channel = people[message["person_id"]]["language"], message["channel"]
        found["by_branch"][message["branch_id"]] += 1
        found["languages"][message["language"]] += 1
        if message["language"] != wanted:
            found["wanted"][wanted] += 1
        if channel:
            found["channels"][channel] += 1
        if channel in CARRIED:
            found["carried"][message["branch_id"]] += 1
        if message["reason"]:
            found["reasons"][message["reason"]] += 1
    sms_parts = sum(message["parts"] or 0 for message in messages if message["channel"] == SMS)
    return {"told": len(messages), "sms_parts": sms_parts, "fallbacks": sum(found["wanted"].values()), **found}


def phone(announcement: Mapping[str, Any], code: str) -> dict[str, Any]:
    """How it looks to somebody who reads this language, on each kind of channel."""
    children = [CHILDREN[0][LANGUAGES[code].right_to_left]] if "guardian" in announcement["audience"]["roles"] else []
    words, link = worded(announcement["texts"], code, children), announcement["link"]
    template = in_force.words().by_whatsapp(ANNOUNCEMENT, code)
    whatsapp = phones.of_template(ANNOUNCEMENT, template, [words.line], link=link or "https://…")
    return phones.phone(code, words.subject, words.body, link, whatsapp)


def pictured(store: Store, caller: Caller, branch_id: str | None, id: str) -> Answer:
    """How it looks in each of its languages, as a page."""
    announcement = reach.one(store, caller, branch_id, id)
    texts = announcement["texts"]
    return phones_page.answer(texts[min(texts)]["subject"], [phone(announcement, code) for code in sorted(texts)])


def _sum(before: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    return dict(Counter(before) + Counter(more))


def _limits(store: Store, preview: Document) -> dict[str, Any]:
    """What the plans of a branch leave this month (None: no limit), and how many would find none of it left."""
    over, left = 0, None
    where = {"branch_id": {"$in": list(preview["carried"])}, f"limits.{usage.LIMIT}": {"$gt": -1}}
    for row in store.branches.find(WHOLE_CHAIN, where):
        left = max(0, row["limits"][usage.LIMIT] - usage.on_carriers(store, branch(row["branch_id"])))
        over += max(0, preview["carried"][row["branch_id"]] - left)
    return {"limit_left": left if preview["branch_id"] else None, "over_limit": over}
