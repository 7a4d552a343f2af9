"""What all services that answer OneRoster 1.2 (REST binding) have in common: scopes, queries, pages, shapes of answers."""
