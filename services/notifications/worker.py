"""Sends what waits. Each lane of each channel has its own claims and threads: none that is long, slow or failing holds up
another."""

from typing import Any

from schoolbus.settings import read
from schoolbus.work import Work
from services.notifications.announcing.working import work as announcing_work
from services.notifications.carriers import registry
from services.notifications.sending import digest, overdue
from services.notifications.sending.working import of_codes, of_messages
from services.notifications.settings import Sending
from services.notifications.webhooks import delivering

THREADS = 4  # of webhooks: most of their time is waiting


def _webhooks(name: str, *, slow: bool) -> Work:
    return Work(
        name,
        claim=lambda store: delivering.claim(store, slow=slow),
        do=lambda store, webhook: delivering.work_off(store, webhook, _settings),
        threads=THREADS,
    )


def _sending(settings: Sending) -> list[Work]:
    carriers: dict[str, Any] = registry.carriers(settings)
    return [*of_codes(carriers, settings), *of_messages(carriers, settings)]


_settings = read(Sending)
WORK = [
    *_sending(_settings),
    Work("digests", claim=digest.claim, do=lambda store, message: digest.make(store, message, _settings.public_url)),
    *announcing_work(_settings.public_url),
    Work("overdue", claim=overdue.claim, do=overdue.go_on, threads=2),
    _webhooks("webhooks", slow=False),
    _webhooks("slow webhooks", slow=True),  # those that fail or take long: nobody else waits for them
]
