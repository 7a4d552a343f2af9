"""How many messages, how late, how many wait."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from prometheus_client import Counter, Gauge, Histogram

from schoolbus.metrics import exemplar
from services.notifications.sending.channels import CARRIED, PAPER, PUSH

messages = Counter(
    "rabta_messages_total",
    "Messages that came to a state, by the size of their branch (small: below 200 students, large: from 1,000)",
    ["channel", "state", "carrier", "size"],
)
parts = Counter(
    "rabta_message_parts_total",
    "Parts of SMS that a carrier took, which is what it counts on its bill, by the size of their branch",
    ["carrier", "size"],
)
delay = Histogram(
    "rabta_delivery_delay_seconds",
    "From what happened to the carrier's yes",
    ["channel", "lane"],
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
    made = message.get("attempts") or [{}]
    carrier = made[-1].get("carrier", "none") if made[-1].get("channel") == message["channel"] else "none"
    size = message.get("size", "none")
    messages.labels(message["channel"] or "none", message["state"], carrier, size).inc()
    if message["state"] == "sent" and message.get("parts"):
        parts.labels(carrier, size).inc(message["parts"])


def handed_over(message: Mapping[str, Any], at: datetime) -> None:
    """A carrier took it."""
    since: datetime = message.get("happened_at") or message["created_at"]
    seconds = max(0.0, (at - since).total_seconds())
    delay.labels(message["channel"], message["lane"]).observe(seconds, exemplar(message=message["_id"]))


def show_waiting(counts: Mapping[str, int]) -> None:
    """`counts` by channel; a channel that is not in it has none waiting."""
    for channel in (*CARRIED, PUSH, PAPER, "digest"):
        waiting.labels(channel).set(counts.get(channel, 0))
