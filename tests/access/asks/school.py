"""The school as it is kept by hand: branches, calendar, subjects, classes, people."""

from tests.access import fresh
from tests.access.asks.ask import BRANCH, CLASS, SELF, THING, Ask
from tests.access.samples import HOLIDAY, TERM

_IMPORTED = (409,)  # what an import brought is not changed by hand

ASKS = {
    "roster.show_me": Ask(SELF),
    "roster.list_branches": Ask(SELF),
    "roster.show_branch": Ask(BRANCH),
    "roster.add_branch": Ask(SELF, body={"name": "Model Town"}),
    "roster.change_branch": Ask(BRANCH, body={"name": "Gulberg"}, also=_IMPORTED),
    "roster.close_branch": Ask(BRANCH, also=_IMPORTED),
    "roster.search_people": Ask(SELF, {"name": "Khan"}),
    # The calendar
    "roster.list_terms": Ask(BRANCH),
    "roster.add_term": Ask(BRANCH, body=TERM),
    "roster.change_term": Ask(BRANCH, body={"title": "Autumn term"}),
    "roster.end_term": Ask(BRANCH, fresh=fresh.term),
    "roster.list_chain_terms": Ask(SELF),
    "roster.add_chain_term": Ask(SELF, body=TERM),
    "roster.change_chain_term": Ask(SELF, body={"title": "Autumn term"}, ids={"term_id": "$chain_term_id"}),
    "roster.end_chain_term": Ask(SELF, fresh=fresh.chain_term),
    "roster.list_holidays": Ask(BRANCH),
    "roster.add_holiday": Ask(BRANCH, body=HOLIDAY),
    "roster.change_holiday": Ask(BRANCH, body={"title": "The poet's day"}),
    "roster.end_holiday": Ask(BRANCH, fresh=fresh.holiday),
    # Subjects and classes
    "roster.list_subjects": Ask(BRANCH),
    "roster.add_subject": Ask(BRANCH, body={"name": "Urdu"}),
    "roster.change_subject": Ask(BRANCH, body={"name": "Urdu prose"}),
    "roster.end_subject": Ask(BRANCH, fresh=fresh.subject),
    "roster.list_classes": Ask(BRANCH),
    "roster.show_class": Ask(CLASS),
    "roster.add_class": Ask(BRANCH, body={"title": "7-A", "grade": "07"}),
    "roster.change_class": Ask(BRANCH, body={"title": "7-B"}, ids={"class_id": "$kept_class_id"}),
    "roster.end_class": Ask(BRANCH, {"withdraw": "true"}, fresh=fresh.school_class),
    # People
    "roster.list_people": Ask(BRANCH, {"role": "student"}),
    "roster.show_person": Ask(BRANCH),
    "roster.add_people": Ask(BRANCH, body={"people": [{"given_name": "Nadia", "roles": ["student"]}]}),
    "roster.change_person": Ask(BRANCH, body={"given_name": "Nadir"}, fresh=fresh.student),
    "roster.end_person": Ask(BRANCH, fresh=fresh.student),
    "roster.bring_person_back": Ask(BRANCH, body={"roles": ["student"]}, fresh=fresh.who_left),
    "roster.grant_roles": Ask(BRANCH, body={"roles": ["office"]}, fresh=fresh.teacher),
    "roster.add_guardian": Ask(THING, body={"guardian": {"given_name": "Nasreen"}}, fresh=fresh.student),
    "roster.change_relation": Ask(THING, body={"may_book": False}, fresh=fresh.relation),
    "roster.end_relation": Ask(THING, fresh=fresh.relation),
}
