"""Messages aloud, for families who would rather hear than read: an audio note, and a call that plays it."""
