"""Pages of a branch's office and head."""

from gateway.portal.office import (
    announcements,
    card_templates,
    contacts,
    day_desk,
    desk,
    meeting_days,
    people,
    printing,
    report_cards,
    timetables,
)
from gateway.portal.pages import Pages

PAGES: tuple[Pages, ...] = tuple(
    area.pages
    for area in (
        desk, announcements, people, contacts, meeting_days, timetables, day_desk, report_cards, card_templates, printing,
    )
)  # fmt: skip
