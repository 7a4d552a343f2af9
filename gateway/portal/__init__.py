"""Pages for the people who use Rabta, made by the gateway of what its own API answers: docs/portal.md."""
