"""`python -m deploy.fonts`: writes schoolbus/fonts/NotoNastaliqUrdu-Regular.ttf anew, with the words that paper prints today.

`python -m deploy.fonts FILE …`: takes out of fonts that are to be added what paper does not need (docs/decisions/paper.md).
"""

import sys
from pathlib import Path

from deploy.fonts.lighter import make_lighter
from deploy.fonts.whole_words import PLAIN, with_whole_words
from deploy.fonts.words import ROOT, words

if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]):
        make_lighter(path)
    if not sys.argv[1:]:
        (ROOT / "schoolbus/fonts" / PLAIN.name).write_bytes(with_whole_words(PLAIN.read_bytes(), words()))
