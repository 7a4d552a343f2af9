"""What one of each thing costs, and the memory of each process, as measured."""

from collections.abc import Callable, Iterator
from functools import partial
from operator import eq

from deploy.capacity.measured import Measured, about, lasting
from schoolbus.chain import SERVICES

_KINDS = {  # of what bench/cost.py asks
    "read": "a read",
    "read_rush": "a read, in a rush",
    "page": "a page",
    "idle": "nobody asks, each second",
}
_COLUMNS: dict[str, Callable[[str], bool]] = {
    "gateway": lambda name: name == "gateway",
    **{service: partial(eq, service) for service in SERVICES},
    "workers and relays": lambda name: name.endswith((".worker", ".relay")),
    "broker": lambda name: name == "broker",
    "database": lambda name: name == "database",
}
_PEAKS = {  # MiB, of the heaviest work of each
    "roster": ("import_full.peak_mib", "a whole chain's import"),
    "meetings": ("timetable.peak_mib", "a timetable"),
    "reports": ("print_run.peak_mb", "a print run"),
    "notifications": ("fanout_full.memory_mib", "an announcement to 500,000"),
}


def page_total(measured: Measured) -> float:
    """Core-ms of a page in all, as chain.py counts with it."""
    return measured.of_all_cores("portal.family_per_s")


def together(measured: Measured, kind: str) -> float:
    return sum(measured.below(f"cost.{kind}").values())


def each(measured: Measured) -> Iterator[str]:
    def of_all(what: str, key: str, so: str) -> str:
        rate, cost = measured.shown(key), about(measured.of_all_cores(key))
        return f"| {what} | `{key}` {rate}/s | {measured.cores} × 1,000 / {rate} = {cost} {so} |"

    def per(key: str) -> float:
        return 1000 / measured[key]

    cards, all_parts = "report_cards.per_s", "report_cards.with_all_parts_per_s"
    rows, seconds = measured["import_full.rows"], measured["import_full.rows"] / measured["import_full.rows_per_s"]
    relay, taken_in, row = "relay.events_per_s", "consumer.events_per_s", "import_full.rows_per_s"
    timetable = measured["timetable.full.seconds"]
    yield "| what | figure | core-ms for one |"
    yield "|---|---|---|"
    yield of_all("a guardian reads a child's day by the interface", "gateway_read.requests_per_s", "in all")
    yield of_all("… after a whole school day", "today.per_s", "in all")
    yield of_all("a portal page (`/family`)", "portal.family_per_s", "in all")
    yield of_all("a booking", "booking_storm.per_s", "in all")
    yield (
        f"| an event published | `{relay}` {measured.shown(relay)}/s | {about(per(relay))} of relay, at most "
        f"{about(measured.of_all_cores(relay))} with broker and database |"
    )
    yield f"| an item taken in by a reader | `{taken_in}` {measured.shown(taken_in)}/s | {about(per(taken_in))} of the reader |"
    yield of_all("an announcement to one recipient", "fanout.recipients_per_s", "in all")
    yield of_all("a message handed to a carrier", "handover.per_s", "in all")
    yield (
        f"| a report card | `{cards}` {measured.shown(cards)}/s and core; with all parts {measured.shown(all_parts)} | "
        f"{about(per(cards))} to {about(per(all_parts))} of `reports-heavy` |"
    )
    yield (
        f"| a printed card, in a run | `print_run.1000_cards_s` {measured.shown('print_run.1000_cards_s')} s | "
        f"{measured.shown('print_run.1000_cards_s')} of `reports-heavy` |"
    )
    yield (
        f"| a meeting day's timetable | `timetable.full.seconds` {about(timetable)} s | at most {measured.cores} × 1,000 × "
        f"{about(timetable)} = {about(measured.cores * 1000 * timetable)} of `meetings-heavy`, "
        f"{measured.shown('timetable.full.peak_mib')} MiB |"
    )
    yield (
        f"| a row of a roster | `{row}` {measured.shown(row)}/s; {about(rows)} rows: {lasting(seconds)}, "
        f"{measured.shown('import_full.peak_mib')} MiB | {about(per(row))} of `roster-heavy`, at most "
        f"{about(measured.of_all_cores(row))} with the database |"
    )
    rollup = measured["engagement.rollup_branch_ms"]
    yield (
        f"| a branch's engagement of a month | `engagement.rollup_branch_ms` {about(rollup)}; the chain "
        f"{measured.shown('engagement.rollup_chain_s')} s | {about(rollup)} of `reports-worker` |"
    )


def by_process(measured: Measured) -> Iterator[str]:
    yield f"| | {' | '.join(_COLUMNS)} | together |"
    yield "|---|" + "---|" * (len(_COLUMNS) + 1)
    for kind, words in _KINDS.items():
        if found := measured.below(f"cost.{kind}"):
            cells = [sum(value for name, value in found.items() if belongs(name)) for belongs in _COLUMNS.values()]
            shown = " | ".join(about(cell) if cell else "–" for cell in cells)
            yield f"| {words} (`cost.{kind}`) | {shown} | {about(sum(found.values()))} |"
    page, read, idle = (together(measured, kind) for kind in ("page", "read", "idle"))
    yield ""
    yield (
        f"So a page is {about(page)} core-ms in the platform's processes, {about(page / read)} times a read, and an "
        f"installation in which nobody does anything takes {about(idle / 1000)} of a core."
    )


def memory(measured: Measured) -> Iterator[str]:
    found = measured.below("cost.memory", "_mib")
    yield "| | serve | worker | relay |"
    yield "|---|---|---|---|"
    for service in SERVICES:
        key, work = _PEAKS[service]
        serve, worker, relay = (about(found[name]) for name in (service, f"{service}.worker", f"{service}.relay"))
        yield f"| {service} | {serve} | {worker} ({measured.shown(key)}: {work}) | {relay} |"
    yield f"| gateway | {about(found['gateway'])} | | |"
    yield f"| broker, database | {about(found['broker'])}, {about(found['database'])} | | |"
