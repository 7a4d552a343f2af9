"""Those who help: tasks with shifts, each with so many places (docs/activities.md)."""
