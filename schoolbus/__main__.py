"""The commands of an installation: `USAGE` is the table of them."""

import json
import os
import sys
from pathlib import Path

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
       python -m schoolbus backup FOLDER [--keep DAYS]     all databases at one moment
       python -m schoolbus restore FOLDER [--replace]      a backup, back
       python -m schoolbus replay READER [--branch ID]     READER's copy of the roster, anew; --status: how far
       python -m schoolbus outbox [NAME] [--json]          what waits to be published, since when, and why
       python -m schoolbus doctor [--json]                 what is wrong with a running installation, and what to do
       python -m schoolbus topology                        who publishes and handles what: docs/topology.md
       python -m schoolbus retention                       how long each collection is kept: docs/retention.md
       python -m schoolbus asyncapi                        the AsyncAPI document of all events
       python -m schoolbus rights                          who may do what, as a table"""


def main(words: list[str]) -> int:
    match words:
        case ["serve", name]:
            from schoolbus.serve import serve

            serve(name)
        case ["relay", name]:
            from schoolbus.background import relay

            relay(name)
        case ["worker", name]:
            from schoolbus.background import worker

            worker(name)
        case ["prepare", name] | ["prepare", name, "--alone"]:
            from schoolbus.prepare import main as prepare

            return prepare(name, alone=len(words) == 3)
        case ["accounts"] | ["accounts", "--retire"]:
            from schoolbus.accounts import main as accounts

            return accounts(retire=len(words) == 2)
        case ["dead", *rest]:
            from schoolbus.dead import main as dead

            return dead(rest, USAGE)
        case ["contract", name]:
            from schoolbus.releases import contract

            print(json.dumps(contract(name), ensure_ascii=False, indent=1))
        case ["may-roll-out", *names, "--beside", folder]:
            from schoolbus.releases import may_roll_out

            return may_roll_out(names, Path(folder))
        case ["may-roll-out", *names]:
            from schoolbus.releases import may_roll_out

            return may_roll_out(names)
        case ["backup", *rest]:
            from schoolbus.backup.commands import backup

            return backup(rest)
        case ["restore", *rest]:
            from schoolbus.backup.commands import bring_back

            return bring_back(rest)
        case ["replay", *rest]:
            from schoolbus.replay.asking import main as replay

            return replay(rest)
        case ["outbox", *rest]:
            from schoolbus.outboxes import main as outboxes

            return outboxes(rest)
        case ["doctor", *rest]:
            from schoolbus.doctor.commands import main as doctor

            return doctor(rest)
        case ["topology"]:
            from schoolbus.drawn import markdown as topology

            print(topology(), end="")
        case ["retention"]:
            from schoolbus.retention import markdown as retention

            print(retention(), end="")
        case ["asyncapi"]:
            from schoolbus.asyncapi import document

            print(json.dumps(document(), ensure_ascii=False, indent=2))
        case ["rights"]:
            from schoolbus.rights import markdown

            print(markdown(), end="")
        case _:
            print(USAGE, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
