"""Rabta's roles in OneRoster's words, for those who read the roster: the other way round stands in oneroster/roles.py."""

AS_ONEROSTER = {
    "student": "student",
    "guardian": "guardian",
    "teacher": "teacher",
    "office": "siteAdministrator",
    "head": "principal",
}
OF_THE_CHAIN = "districtAdministrator"
