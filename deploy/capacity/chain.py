"""What a chain of some size asks for on a result day, and where it comes to an end first."""

from collections.abc import Callable, Iterator

from deploy.capacity import costs
from deploy.capacity.measured import Measured, about, lasting

BRANCHES = (10, 100, 2261)
STUDENTS = 300_000 / 2261  # of a branch
CHILDREN = 1.5  # of a family, in the chain
LOOK = 0.6  # of all families, within the hour
PAGES = 3  # of each of them
BUSIEST = 3  # times the hour's mean, in its busiest minute
GUARDIANS = 1.2  # of a family who are told
CARRIER = 50  # messages a second that a carrier takes
EVENTS = 5  # of a message: that it is told, and its states
MEGABYTES = 0.4  # of the database, of a student and year
BACKUPS, PACKED = 15, 0.75  # `--keep 14` are fifteen; of the size on the database's disk
TWICE = 1.5 * 1.4  # one of three zones gone; a process at its core's limit is slow before it is full


def pages_a_second(branches: float) -> float:
    """In the busiest minute."""
    return _families(branches) * LOOK * PAGES / 3600 * BUSIEST


def messages(branches: float) -> float:
    return _families(branches) * GUARDIANS


def asked_for(measured: Measured) -> Iterator[str]:
    ms = {name: measured[f"cost.page.{name}_ms"] for name in ("meetings", "roster", "gateway", "database")}
    handover, relay = measured["handover.per_s"], measured["relay.events_per_s"]
    card, page = 1000 / measured["report_cards.with_all_parts_per_s"], costs.page_total(measured)

    def row(words: str, value: Callable[[float], float], show: Callable[[float], str] = about) -> str:
        return f"| {words} | {' | '.join(show(value(each)) for each in BRANCHES)} |"

    def of_page(words: str, cost: float) -> str:
        return row(f"{words}: × {cost / 1000:.2g}", lambda each: pages_a_second(each) * cost / 1000)

    def megabytes(branches: float) -> float:
        return _students(branches) * MEGABYTES

    yield f"| | {BRANCHES[0]} branches | {' | '.join(f'{each:,}' for each in BRANCHES[1:])} |"
    yield "|---|" + "---|" * len(BRANCHES)
    yield row("students", _students)
    yield row(f"families: / {CHILDREN}", _families)
    yield row(f"pages in the hour: families × {LOOK} × {PAGES}", lambda each: _families(each) * LOOK * PAGES)
    yield row(f"pages a second, busiest minute: / 3,600 × {BUSIEST}", pages_a_second)
    yield of_page("cores for pages", page)
    yield of_page("… of them meetings-serve", ms["meetings"])
    yield row(
        f"… … so processes of it at most: × {TWICE:.1f}", lambda each: pages_a_second(each) * ms["meetings"] / 1000 * TWICE
    )
    yield of_page("… roster-serve", ms["roster"])
    yield of_page("… gateway", ms["gateway"])
    yield of_page("… database", ms["database"])
    yield row(f"messages of the announcement: families × {GUARDIANS} guardians", messages)
    yield row(
        f"… until all are handed over, at {CARRIER} a second (what the carrier takes)",
        lambda each: messages(each) / CARRIER,
        lasting,
    )
    yield row(f"… at {about(handover)} a second, one worker's most", lambda each: messages(each) / handover, lasting)
    yield row("report cards, in one night", _students)
    yield row(f"core time for them: × {about(card)} ms", lambda each: _students(each) * card / 1000, lasting)
    yield row(f"events of the announcement and its states: messages × {EVENTS}", lambda each: messages(each) * EVENTS)
    yield row(f"relay at {about(relay)} a second", lambda each: messages(each) * EVENTS / relay, lasting)
    yield row(f"database: {MEGABYTES} MB a student and year", megabytes, _gigabytes)
    yield row(f"… its backups: × {BACKUPS} kept × ¾", lambda each: megabytes(each) * BACKUPS * PACKED, _gigabytes)


def breaks_first(measured: Measured) -> Iterator[str]:
    page, read = (costs.together(measured, kind) for kind in ("page", "read"))
    announcement = messages(BRANCHES[-1])
    relay, events = measured["relay.events_per_s"], announcement * EVENTS
    alone, booked = (measured.shown(f"booking_storm.{key}") for key in ("database_alone_per_s", "per_s"))
    yield (
        f"1. **Pages.** {about(page)} core-ms each in the platform's processes, {about(page / read)} times a read, and "
        f"{measured.shown('cost.page.meetings_ms')} of them in meetings. When a `serve` is at its most, answers are slow; "
        "nothing is lost. More of meetings-serve first (`scaling.yaml`), then roster-serve and the gateway."
    )
    yield (
        f"2. **Carriers.** {lasting(announcement / CARRIER)} for an announcement to all at {CARRIER} a second. Not ours to "
        "scale: ask the carrier, then set `SMS_PER_SECOND`. What is urgent has lanes of its own."
    )
    yield (
        "3. **The database's primary**, in a storm of bookings: each is a majority write, and one primary takes them all "
        f"(`booking_storm.database_alone_per_s`: {alone} inserts a second on {measured.cores} cores that do nothing "
        f"else; {booked} bookings with all that belongs to one). Openings of many branches in the same second wait, nothing "
        "is booked twice. Let branches open at different minutes; then more cores for the primary; then a replica set "
        "of meetings' own."
    )
    yield (
        f"4. **A relay**: one works for each service, {about(relay)} events a second. {about(events)} events are "
        f"{lasting(events / relay)} of lag. It can't be doubled, and need not be: what grows is time, not loss."
    )
    yield (
        "5. **The broker's disk**: a quorum queue keeps what waits, three times. A reader that is down for a day at "
        f"{about(events)} events of 2 kB leaves {about(events * 2 / 1_000_000)} GB on each node; below 2 GB free the broker "
        "takes nothing more in, and outboxes wait. 50 GiB are weeks."
    )


def _students(branches: float) -> float:
    return branches * STUDENTS


def _families(branches: float) -> float:
    return _students(branches) / CHILDREN


def _gigabytes(megabytes: float) -> str:
    return f"{about(megabytes / 1000)} GB" if megabytes < 1_000_000 else f"{about(megabytes / 1_000_000)} TB"
