"""python -m services.reports.cards again CARD_ID [--language en|ur|both] [--out FILE]

Makes an issued card again from what is kept of it, and says whether it is the same, byte by byte. Reads MONGODB_URI and
MONGODB_DATABASE. Ends with 0 when all that was asked for is the same, 1 when not.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from schoolbus.settings import MongoUrl, read
from schoolbus.store import connect
from services.reports.cards.again import Again, CantBeMade, again, card
from services.reports.cards.card import EDITIONS
from services.reports.store import Store


@dataclass(frozen=True)
class Settings:
    mongodb_uri: MongoUrl
    mongodb_database: str = "rabta_reports"


def main(words: Sequence[str]) -> int:
    asked = _arguments().parse_args(words)
    wanted = read(Settings)
    with connect(wanted.mongodb_uri, "reports.cards") as client:
        store = Store(client[wanted.mongodb_database])
        try:
            issued = card(store, asked.card_id)
        except CantBeMade as error:
            print(error, file=sys.stderr)
            return 1
        made = [again(store, issued, language) for language in ([asked.language] if asked.language else EDITIONS)]
    for each in made:
        print(_said(each))
    if asked.out and made[0].pdf is not None:
        Path(asked.out).write_bytes(made[0].pdf)
    return 0 if all(each.pdf is not None for each in made) else 1


def _said(made: Again) -> str:
    if made.pdf is None:
        return f"{made.language}: not the same. {made.why}"
    return f"{made.language}: the same, sha256 {made.sha256}{'' if made.stored else '; the stored file is another, or gone'}"


def _arguments() -> argparse.ArgumentParser:
    words = argparse.ArgumentParser(prog="python -m services.reports.cards", description="Issued report cards.")
    again = words.add_subparsers(required=True).add_parser("again", help="make an issued card again, byte by byte")
    again.add_argument("card_id")
    again.add_argument("--language", choices=EDITIONS, help="one edition; without it all, of which --out gets the first")
    again.add_argument("--out", metavar="FILE", help="where to write it")
    return words


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
