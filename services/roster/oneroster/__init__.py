"""Reading OneRoster 1.2 CSV sets: plain Python, without database or broker."""
