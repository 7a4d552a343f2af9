"""python -m schoolbus serve|relay|worker NAME; prepare broker|NAME; accounts; dead list|show|replay|drop; asyncapi; rights."""

import json
import os
import sys

os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")  # it breaks the database driver's look-ups, and takes 0.1 s to import

USAGE = """usage: python -m schoolbus serve|relay|worker NAME      run a process of a service
       python -m schoolbus prepare broker                  declares all exchanges and queues
       python -m schoolbus prepare NAME [--alone]          the layout of a service's database, then its indexes
       python -m schoolbus accounts [--retire]             each service's account at broker and database, and what it may
       python -m schoolbus dead list [READER]              dead letters: which queues hold how many, and why
       python -m schoolbus dead show READER [ID]           one or all, whole
       python -m schoolbus dead replay READER [ID]         back into the queue that each came from
       python -m schoolbus dead drop READER ID             away for good
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
