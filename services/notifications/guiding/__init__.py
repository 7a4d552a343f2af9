"""Guides for families: by grade and subject, in their languages, as text, PDF and sound."""
