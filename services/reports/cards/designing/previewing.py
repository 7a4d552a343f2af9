"""A template's card of a child that is nobody's, before any family gets one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eventlet import tpool

from schoolbus import clock
from schoolbus.caller import Caller
from services.reports.cards.designing import templates
from services.reports.cards.example import example
from services.reports.cards.typesetting import render

if TYPE_CHECKING:
    from services.reports.store import Store


def preview(store: Store, caller: Caller, branch_id: str, template_id: str, language: str | None) -> bytes:
    """The PDF, set by a thread: the first of a process takes half a second. Raises NotFound."""
    scope = caller.branch(branch_id)
    template = templates.one(store, scope, template_id)
    school: dict[str, Any] = store.branches.first(scope) or {"name": branch_id, "name_ur": None}
    card = example(school["name"], school["name_ur"], clock.today())
    made: bytes = tpool.execute(render, card, language or template["language"], templates.as_design(template))
    return made
