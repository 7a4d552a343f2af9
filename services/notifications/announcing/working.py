"""What workers do for announcements, in threads of its own: nobody's messages wait for it."""

from schoolbus.work import Work
from services.notifications.announcing import fanout, mending, previews, runs, scheduling

THREADS = 2  # of the fan-out: while one waits for the database, the other makes messages


def work(public_url: str) -> list[Work]:
    return [
        Work("announcements due", claim=scheduling.claim, do=scheduling.start),
        Work("sends", claim=runs.claim, do=runs.attend),
        Work(
            "fan-out",
            claim=fanout.claim,
            do=lambda store, part: fanout.work_off(store, part, public_url),
            threads=THREADS,
        ),
        Work("mending", claim=mending.claim, do=lambda store, found: mending.mend(store, found, public_url)),
        Work("previews", claim=previews.claim, do=previews.go_on),
    ]
