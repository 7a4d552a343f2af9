"""Sends what waits. Each lane of each channel has its own claims and threads: none that is long, slow or failing holds up
another."""

from typing import Any

from schoolbus.replay import telling
from schoolbus.settings import read
from schoolbus.work import Work
from services.notifications import resending
from services.notifications.announcing.working import work as announcing_work
from services.notifications.carriers import registry
from services.notifications.carriers.http import pool
from services.notifications.guiding import files as guide_files
from services.notifications.packs import telling as pack_telling
from services.notifications.packs import walking
from services.notifications.paper import printing
from services.notifications.replaying.records import SOURCE
from services.notifications.sending import digest, overdue, riders
from services.notifications.sending.working import of_codes, of_messages
from services.notifications.settings import Sending
from services.notifications.speaking import notes
from services.notifications.store import Store
from services.notifications.talking import fetching, inbound
from services.notifications.webhooks import delivering

THREADS = 4  # of webhooks and digests: most of their time is waiting


def _webhooks(name: str, *, slow: bool) -> Work:
    return Work(
        name,
        claim=lambda store: delivering.claim(store, slow=slow),
        do=lambda store, webhook: delivering.work_off(store, webhook, _settings),
        threads=THREADS,
        longest=60,
    )


def work(store: Store) -> list[Work]:
    """Carriers and their lanes: some carriers keep what their operator says."""
    carriers: dict[str, Any] = registry.carriers(_settings, store)
    return [*of_codes(carriers, _settings), *of_messages(carriers, _settings), *registry.inboxes(carriers)]


_settings = read(Sending)
_http = pool()
WORK = [
    Work(
        "media",
        claim=fetching.claim,
        do=lambda store, file: fetching.fetch(store, file, _http, _settings),
        threads=2,
        longest=60,
    ),
    Work("answers", claim=inbound.claim, do=lambda store, answer: inbound.take(store, answer, _settings.public_url)),
    Work(
        "digests",
        claim=digest.claim,
        do=lambda store, message: digest.make(store, message, _settings.public_url),
        threads=THREADS,
    ),
    *announcing_work(_settings.public_url),
    Work("sent again", claim=resending.claim, do=resending.work_off, threads=2),
    Work("overdue", claim=overdue.claim, do=overdue.go_on, threads=2),
    Work("riders", claim=riders.claim, do=riders.go_on, threads=2),
    Work("print runs", claim=printing.claim, do=printing.make, longest=60),
    Work("audio notes", claim=notes.claim, do=lambda store, note: notes.work_off(store, note, registry.SPEAKER), longest=75),
    Work("packs started", claim=walking.claim, do=walking.walk),
    Work(
        "packs",
        claim=pack_telling.claim,
        do=lambda store, runs: pack_telling.tell(store, runs, _settings.public_url),
        threads=2,
    ),
    Work(
        "guide files",
        claim=guide_files.claim,
        do=lambda store, row: guide_files.make(store, row, registry.SPEAKER),
        longest=120,
    ),
    telling.work(SOURCE),
    _webhooks("webhooks", slow=False),
    _webhooks("slow webhooks", slow=True),  # those that fail or take long: nobody else waits for them
]
