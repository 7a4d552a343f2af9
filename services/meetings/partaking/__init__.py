"""In what guardians and children took part, in whole numbers of a month: what meetings.participation_counted tells."""
