"""Pages of the chain's operator."""

from gateway.portal.chain import (
    announcements,
    answers,
    approvals,
    branches,
    deliveries,
    engagement,
    guides,
    home,
    machines,
    packs,
    people,
    plans,
    pulls,
    rules,
    subscriptions,
    terms,
    usage,
    wording,
)
from gateway.portal.pages import Pages

PAGES: tuple[Pages, ...] = (
    home.pages,
    branches.pages,
    subscriptions.pages,
    plans.pages,
    approvals.pages,
    usage.pages,
    engagement.pages,
    deliveries.pages,
    people.pages,
    machines.pages,
    pulls.pages,
    terms.pages,
    announcements.pages,
    guides.pages,
    packs.pages,
    wording.pages,
    rules.pages,
    answers.pages,
)
