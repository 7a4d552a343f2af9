"""Pages of teachers."""

from gateway.portal.pages import Pages

PAGES: tuple[Pages, ...] = ()
