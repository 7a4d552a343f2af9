"""SMS straight to an operator: SMPP 3.4, by smpplib. docs/notifications.md says how it is set up."""
