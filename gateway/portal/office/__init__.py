"""Pages of a branch's office and head."""

from gateway.portal.office import (
    announcements,
    attendance,
    audit,
    card_templates,
    class_timetables,
    contacts,
    day_desk,
    desk,
    engagement,
    imports,
    meeting_days,
    people,
    printing,
    report_cards,
    school,
    subscription,
    taking_part,
    telling,
    timetables,
)
from gateway.portal.pages import Pages

_AREAS = (
    desk,
    announcements,
    people,
    contacts,
    meeting_days,
    timetables,
    day_desk,
    report_cards,
    card_templates,
    printing,
    imports,
    engagement,
    audit,
    subscription,
    attendance,
    school,
    class_timetables,
    telling,
    taking_part,
)
PAGES: tuple[Pages, ...] = tuple(area.pages for area in _AREAS)
