"""How many messages, how late, how many wait."""

from collections.abc import Mapping
from typing import Any

from prometheus_client import Counter, Gauge, Histogram

messages = Counter("rabta_messages_total", "Messages that came to a state", ["channel", "state"])
delay = Histogram(
    "rabta_delivery_delay_seconds",
    "From a message's making to the carrier's yes",
    ["channel"],
    buckets=(0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14400, 86400),
)
waiting = Gauge(
    "rabta_messages_waiting_in_chain",
    "Messages of the whole chain that are queued for a carrier: each replica says the same number, so take max(), not sum()",
    ["channel"],
)
answers = Counter("rabta_answers_total", "Answers from families by whether we know whom they answer", ["channel", "known"])

out_of_order = Gauge("rabta_carrier_out_of_order", "1 while a carrier does not answer and is left alone", ["carrier"])
bucket_waits = Counter(
    "rabta_carrier_waits_total", "Messages that a carrier's limit, or a branch's, held up", ["carrier", "lane"]
)
doubts = Counter(
    "rabta_attempts_in_doubt_total", "Attempts of which we did not hear, by what became of them", ["carrier", "outcome"]
)

webhook_deliveries = Counter("rabta_webhook_deliveries_total", "Attempts at webhooks by what became of them", ["outcome"])


def count(message: Mapping[str, Any]) -> None:
    """A message came to the state that it is in."""
    messages.labels(message["channel"] or "none", message["state"]).inc()


def show_waiting(counts: Mapping[str, int]) -> None:
    """`counts` by channel; a channel that is not in it has none waiting."""
    for channel in ("sms", "whatsapp", "email"):
        waiting.labels(channel).set(counts.get(channel, 0))
