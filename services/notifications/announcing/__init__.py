"""Announcements: what a teacher, a branch or the chain tells many, once or again and again."""
