"""The commands of an installation: `USAGE` is the table of them."""

import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")  # it breaks the database driver's look-ups, and takes 0.1 s to import

USAGE = """usage: python -m schoolbus serve|relay|worker NAME      run a process of a service
       python -m schoolbus prepare broker                  declares all exchanges and queues
       python -m schoolbus prepare NAME [--alone]          the layout of a service's database, then its indexes
       python -m schoolbus accounts [--retire]             each service's account at broker and database, and what it may
       python -m schoolbus dead list [READER]              dead letters: which queues hold how many, and why
       python -m schoolbus dead show READER [ID]           one or all, whole
       python -m schoolbus dead replay READER [ID]         back into the queue that each came from
       python -m schoolbus dead drop READER ID             away for good
       python -m schoolbus contract NAME|gateway           what this release says, reads and answers, for deploy/releases
       python -m schoolbus may-roll-out [NAME…] [--beside FOLDER]
                                                           whether it may run beside the others as they are released
       python -m schoolbus release NAME…                   if it may: writes its contract, and the commit that it is of
       python -m schoolbus backup FOLDER [--keep DAYS]     all databases at one moment
       python -m schoolbus restore FOLDER [--replace]      a backup, back
       python -m schoolbus replay READER [--of OWNER] [--branch ID]
                                                           READER's copy of the roster, or of OWNER's, anew; --status: how far
       python -m schoolbus outbox [NAME] [--json]          what waits to be published, since when, and why
       python -m schoolbus doctor [--json]                 what is wrong with a running installation, and what to do
       python -m schoolbus topology                        who publishes and handles what: docs/topology.md
       python -m schoolbus retention                       how long each collection is kept: docs/retention.md
       python -m schoolbus asyncapi                        the AsyncAPI document of all events
       python -m schoolbus rights                          who may do what, as a table"""


TOOLS = {  # take what follows their name, and give the exit code
    "backup": "schoolbus.backup.commands:backup",
    "restore": "schoolbus.backup.commands:bring_back",
    "replay": "schoolbus.replay.asking:main",
    "outbox": "schoolbus.outboxes:main",
    "doctor": "schoolbus.doctor.commands:main",
}
PAGES = {  # give what is printed
    "topology": "schoolbus.drawn:markdown",
    "retention": "schoolbus.retention:markdown",
    "rights": "schoolbus.rights:markdown",
}


def main(words: list[str]) -> int:
    """Each imports what it needs: a service is made of green threads, a relay is not, and a page needs neither."""
    match words:
        case ["serve", name]:
            _of("schoolbus.serve:serve")(name)
        case ["relay" | "worker" as role, name]:
            _of(f"schoolbus.background:{role}")(name)
        case ["prepare", name, *rest] if rest in ([], ["--alone"]):
            return int(_of("schoolbus.prepare:main")(name, alone=bool(rest)))
        case ["accounts", *rest] if rest in ([], ["--retire"]):
            return int(_of("schoolbus.accounts:main")(retire=bool(rest)))
        case ["dead", *rest]:
            return int(_of("schoolbus.dead:main")(rest, USAGE))
        case ["contract", name]:
            print(json.dumps(_of("schoolbus.releases:contract")(name), ensure_ascii=False, indent=1))
        case ["may-roll-out", *names, "--beside", folder]:
            return int(_of("schoolbus.releases:may_roll_out")(names, Path(folder)))
        case ["may-roll-out", *names]:
            return int(_of("schoolbus.releases:may_roll_out")(names))
        case ["release", _, *_]:
            return int(_of("schoolbus.releases:release")(words[1:]))
        case ["asyncapi"]:
            print(json.dumps(_of("schoolbus.asyncapi:document")(), ensure_ascii=False, indent=2))
        case [tool, *rest] if tool in TOOLS:
            return int(_of(TOOLS[tool])(rest))
        case [page] if page in PAGES:
            print(_of(PAGES[page])(), end="")
        case _:
            print(USAGE, file=sys.stderr)
            return 2
    return 0


def _of(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
