"""The same read built the usual nameko way: an HTTP gateway that asks a service by RPC, as nameko's own examples do.

Default settings, one process each. What differs from Rabta is the way there and back: the question to the database is the
very same.
`announcements.py`: an announcement with an event for each recipient.
`python -m bench.reference gateway|service|announcements`.
"""
