"""What a branch makes of the chain's rule: it tells less, later or more quietly, never more. Plain values.

A narrowing is a row: `on` (False: nobody is told), `urgency`, `channel`, `paper`, `grades`; None: as the chain has it.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from schoolbus.problems import Sentence
from services.notifications.ruling.rows import NO_DIGEST, Faults
from services.notifications.sending.channels import APP
from services.notifications.wording.rules import DIGEST, NORMAL, URGENCIES, Rule

Narrowing = Mapping[str, Any]
FIELDS = ("on", "urgency", "channel", "paper", "grades")
WAYS = (APP, DIGEST)  # to which a branch may narrow


def narrowed(rule: Rule, narrowing: Narrowing) -> Rule:
    """In force is what both allow: what would be wider than the chain's rule, which may have changed since, is left out."""
    if not rule.branches_may_narrow:
        return rule
    urgency, channel, paper = narrowing["urgency"], narrowing["channel"], narrowing["paper"]
    kept = replace(
        rule,
        on=rule.on and narrowing["on"] is not False,
        urgency=max(rule.urgency, URGENCIES[urgency]) if urgency else rule.urgency,
        channel=channel if channel and _fewer(rule, channel) else rule.channel,
        paper=rule.paper and paper is not False,
        grades=tuple(narrowing["grades"]) if narrowing["grades"] and rule.tells.of_children else rule.grades,
    )
    return replace(kept, urgency=NORMAL) if kept.channel == DIGEST else kept


def wider(rule: Rule, narrowing: Narrowing) -> Faults:
    """Where a narrowing asks for more than the chain's rule, by field."""
    wrong: Faults = {}
    if narrowing["on"] and not rule.on:
        wrong["on"] = ["The chain has switched it off for all branches."]
    if narrowing["urgency"] and URGENCIES[narrowing["urgency"]] < rule.urgency:
        wrong["urgency"] = ["A branch makes it less urgent than the chain has it, not more."]
    if narrowing["channel"] and not _fewer(rule, narrowing["channel"]):
        wrong["channel"] = [
            Sentence("The chain tells it by %(channel)s alone.", channel=rule.channel) if rule.channel else NO_DIGEST
        ]
    if narrowing["paper"] and not rule.paper:
        wrong["paper"] = ["The chain prints no letters for it."]
    if narrowing["grades"] and not rule.tells.of_children:
        wrong["grades"] = ["It is about no child, so about no grade."]
    return wrong


def _fewer(rule: Rule, channel: str) -> bool:
    """Whether that is as few channels as the rule's, or fewer. In the app everything stands, whatever channel it goes by."""
    if channel in (rule.channel, APP):
        return True
    return channel == DIGEST and rule.channel is None and rule.tells.of_families
