"""Scopes of machines: those of OneRoster 1.2 (rostering and gradebook REST bindings, security)."""

_BASE = "https://purl.imsglobal.org/spec/or/v1p2/scope/"
ROSTER_CORE = f"{_BASE}roster-core.readonly"  # collections and single records, without demographics
ROSTER = f"{_BASE}roster.readonly"  # all but demographics
DEMOGRAPHICS = f"{_BASE}roster-demographics.readonly"  # demographics alone
GRADEBOOK = f"{_BASE}gradebook.readonly"
GRADEBOOK_PUT = f"{_BASE}gradebook.createput"
GRADEBOOK_DELETE = f"{_BASE}gradebook.delete"
OF_ROSTERING = (ROSTER_CORE, ROSTER, DEMOGRAPHICS)
OF_GRADEBOOK = (GRADEBOOK, GRADEBOOK_PUT, GRADEBOOK_DELETE)
SCOPES = (*OF_ROSTERING, *OF_GRADEBOOK)
