"""The editions of what a class expects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus.scope import Scope

if TYPE_CHECKING:
    from services.reports.store import Store


def newest(store: Store, scope: Scope, class_id: str) -> dict[str, Any] | None:
    return store.expectations.first(scope, {"class_id": class_id}, sort="-edition")
