"""Pages of a branch's office and head."""

from gateway.portal.office import announcements, contacts, desk, people
from gateway.portal.pages import Pages

PAGES: tuple[Pages, ...] = (desk.pages, announcements.pages, people.pages, contacts.pages)
