"""Scopes of machines: those of OneRoster 1.2 (rostering REST binding, security)."""

_BASE = "https://purl.imsglobal.org/spec/or/v1p2/scope/"
ROSTER_CORE = f"{_BASE}roster-core.readonly"  # collections and single records, without demographics
ROSTER = f"{_BASE}roster.readonly"  # all but demographics
DEMOGRAPHICS = f"{_BASE}roster-demographics.readonly"  # demographics alone
SCOPES = (ROSTER_CORE, ROSTER, DEMOGRAPHICS)
