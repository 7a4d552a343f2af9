"""How far guardians are reached, in whole numbers of a month: what notifications.reach_counted tells."""
