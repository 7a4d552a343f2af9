"""Pages of a branch's office and head."""

from gateway.portal.pages import Pages

PAGES: tuple[Pages, ...] = ()
