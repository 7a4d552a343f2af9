"""All pages."""

from gateway.portal import chain, listening, office, parent, showing, signing_in, teacher

AREAS = (signing_in.pages, showing.pages, listening.pages, *parent.PAGES, *teacher.PAGES, *office.PAGES, *chain.PAGES)
