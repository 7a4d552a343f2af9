"""Packs: a series of guides over the first weeks after a child has come to the school."""
