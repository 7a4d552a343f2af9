"""Permission slips: what guardians are asked to allow, and what they said (docs/activities.md)."""
