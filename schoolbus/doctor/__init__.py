"""Looks at a running installation and says what is wrong with it, where, and what to do: docs/operating.md."""
