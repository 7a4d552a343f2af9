"""Pages of the chain's operator."""

from gateway.portal.pages import Pages

PAGES: tuple[Pages, ...] = ()
