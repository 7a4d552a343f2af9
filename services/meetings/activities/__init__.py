"""Events of school, workshops and training series: who is invited, who comes, who was there (docs/activities.md)."""
