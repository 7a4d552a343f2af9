"""All pages."""

from gateway.portal import account, by_provider, chain, listening, office, parent, showing, signing_in, teacher

AREAS = (
    signing_in.pages,
    by_provider.pages,
    *account.PAGES,
    showing.pages,
    listening.pages,
    *parent.PAGES,
    *teacher.PAGES,
    *office.PAGES,
    *chain.PAGES,
)
