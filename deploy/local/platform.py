"""The whole platform on this machine: python -m deploy.local.platform run|stop|status"""

import os
import signal
import sys


def main(words: list[str]) -> int:
    signal.signal(signal.SIGTERM, _interrupt)  # until honcho takes both over
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))  # the terminal was closed
    try:
        from deploy.local import commands  # takes a second: who presses Ctrl-C in it is to see no traceback

        if len(words) != 1 or words[0] not in commands.COMMANDS:
            print(__doc__, file=sys.stderr)
            return 2
        return commands.do(words[0])
    except KeyboardInterrupt:
        print("stopped", flush=True)
        return 130


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
