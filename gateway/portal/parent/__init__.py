"""Pages of a child's guardians."""

from gateway.portal.pages import Pages
from gateway.portal.parent import family

PAGES: tuple[Pages, ...] = (family.pages,)
