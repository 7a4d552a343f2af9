"""A reader's copy of what another owns, rebuilt from its owner while both work on: docs/runbooks/replay.md.

1. The reader asks (`asking`), for all branches or one; the owner keeps what it was asked for (`asked`).
2. The owner tells its state (`source`, `counts`), a set of parts for each branch (`telling`), paced by its relay.
3. What is missing or other is mended as it comes (`taking`); versions decide, so what happens meanwhile is never undone.
4. With all parts of a branch there, the reader asks after what it has and was not told, or in an older version (`doubting`):
   a record may have come meanwhile, so nothing goes before its owner has said that it does not exist (`answering`).
"""
