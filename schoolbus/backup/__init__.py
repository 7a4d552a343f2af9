"""All databases of a chain at one moment, and back: docs/runbooks/restore.md, docs/operating.md.

At that moment each event is in an outbox, or has been handled by all who read it, or is among the letters that are kept
beside (put off, or dead). So the databases agree with each other, and an empty broker with them.
"""
