"""What is kept for machines; `Store` names it."""

from schoolbus.projection import Projection

MACHINE_CLIENTS = Projection("machine_clients", key="client_id")  # roster's, by its events
