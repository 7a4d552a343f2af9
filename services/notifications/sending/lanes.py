"""The lanes: each has threads of its own in every channel, so none holds up another."""

CODE = "code"  # one-time codes, in a collection of their own
DIRECT = "direct"  # to one family, and of one child
BULK = "bulk"  # announcements and digests
