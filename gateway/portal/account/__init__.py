"""Pages of whoever is signed in, about themselves."""

from gateway.portal.account import exporting, factor, oneself
from gateway.portal.pages import Pages

PAGES: tuple[Pages, ...] = (oneself.pages, factor.pages, exporting.pages)
