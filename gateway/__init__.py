"""The only way in: who calls, what the branch subscribes to, how often, and on to the service that owns the resource."""
