"""How a branch's papers look: with the logo and the colours of its card template."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from schoolbus.scope import Scope
from services.reports.cards.designing import templates
from services.reports.paper.look import Look

if TYPE_CHECKING:
    from services.reports.store import Store


def of_branch(store: Store, scope: Scope, paper: str) -> Look:
    """Of the template that was changed last, where a branch has several; plain, where it has none."""
    found = store.card_templates.first(scope, templates.LIVE, sort="-changed_at")
    look = templates.as_design(found).look if found else Look()
    return replace(look, paper=paper)


def school(store: Store, scope: Scope) -> tuple[str, str | None]:
    """The branch's name, in English and Urdu."""
    found = store.branches.first(scope) or {"name": scope.branch_id, "name_ur": None}
    return str(found["name"]), found["name_ur"]
