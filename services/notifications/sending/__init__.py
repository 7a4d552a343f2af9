"""Messages' way out: each by its person's ladder of channels, each call to a carrier in a ledger, at the hours that suit."""

from services.notifications.sending.queueing import enqueue

__all__ = ["enqueue"]
