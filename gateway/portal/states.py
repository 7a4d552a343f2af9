"""States of the API: what each is called, on families' and on staff's pages alike, and the colour of its tag.

`ui.state(word, "attendance")` in a template. The colour says nothing that the word does not say.
"""

from collections.abc import Mapping

GOOD, WAIT, BAD, PLAIN = "good", "wait", "bad", "plain"

STATES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "attendance": {
        "present": ("present", GOOD),
        "absent": ("absent", BAD),
        "late": ("late", WAIT),
        "left_early": ("left early", WAIT),
        "excused": ("on leave", PLAIN),
    },
    # what the home says of homework
    "done": {
        "yes": ("done", GOOD),
        "partly": ("partly done", WAIT),
        "no": ("not done", BAD),
        "help": ("help wanted", WAIT),
    },
    # what the teacher says of it
    "checked": {
        "done": ("teacher: done", GOOD),
        "partly": ("teacher: partly", WAIT),
        "not_done": ("teacher: not done", BAD),
        "late": ("teacher: late", WAIT),
    },
    "tone": {
        "praise": ("praise", GOOD),
        "concern": ("to work on", WAIT),
    },
    "goal": {
        "open": ("going on", PLAIN),
        "reached": ("reached", GOOD),
        "dropped": ("given up", PLAIN),
    },
    "booking": {
        "booked": ("booked", GOOD),
        "offered": ("offered to you", WAIT),
        "held": ("kept for two minutes", WAIT),
        "cancelled": ("cancelled", BAD),
        "released": ("given back", PLAIN),
        "attended": ("held", GOOD),
        "missed": ("missed", BAD),
    },
    "meeting": {
        "booked": ("booked", GOOD),
        "attended": ("held", GOOD),
        "missed": ("did not come", BAD),
        "cancelled": ("called off", BAD),
    },
    "commitment": {
        "open": ("open", PLAIN),
        "done": ("done", GOOD),
        "not_done": ("not done", WAIT),
    },
    "sign-up": {
        "coming": ("you come", GOOD),
        "offered": ("places kept for you", WAIT),
        "waiting": ("on the waiting list", WAIT),
        "not_coming": ("you don't come", PLAIN),
        "lapsed": ("not taken", PLAIN),
    },
    "permission": {
        "granted": ("allowed", GOOD),
        "refused": ("not allowed", BAD),
        "half": ("one more yes is wanted", WAIT),
        "missing": ("answer wanted", WAIT),
    },
    "election": {
        "nominating": ("who stands?", WAIT),
        "open": ("vote now", WAIT),
        "closed": ("being counted", PLAIN),
        "counted": ("counted", GOOD),
        "cancelled": ("cancelled", BAD),
    },
    "card run": {
        "asked": ("approved, being made", WAIT),
        "issued": ("issued", GOOD),
        "failed": ("failed", BAD),
    },
    "announcement": {
        "draft": ("draft", WAIT),
        "scheduled": ("scheduled", PLAIN),
        "sending": ("being sent", WAIT),
        "sent": ("sent", GOOD),
        "canceled": ("stopped", BAD),
    },
    "guide": {
        "draft": ("draft", WAIT),
        "published": ("published", GOOD),
        "retired": ("retired", PLAIN),
    },
    "pack": {
        "draft": ("draft", WAIT),
        "running": ("running", GOOD),
    },
    "subscription": {
        "requested": ("asked for", WAIT),
        "approved": ("approved, not begun", WAIT),
        "rejected": ("rejected", PLAIN),
        "trial": ("on trial", GOOD),
        "active": ("active", GOOD),
        "suspended": ("suspended", BAD),
    },
    "pull": {
        "waiting": ("well, waits for its time", GOOD),
        "pulling": ("fetching", WAIT),
        "importing": ("importing", WAIT),
        "failed": ("failed", BAD),
    },
    "health": {
        "answers": ("works", GOOD),
        "behind": ("is behind", WAIT),
        "down": ("does not answer", BAD),
    },
}
