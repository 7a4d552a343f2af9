"""The light markup of guides: paragraphs with an empty line between them, `# ` and `## ` headings, lists of `- ` or `1. `.

Plain values: what a page, a PDF and a voice make of a text begins with these blocks.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

HEADING, PARAGRAPH, BULLETS, NUMBERS = "heading", "paragraph", "bullets", "numbers"
_BULLET, _NUMBER = re.compile(r"[-*•]\s+(.*)"), re.compile(r"\d{1,3}[.)]\s+(.*)")
_HEADING = re.compile(r"(#{1,2})\s+(.*)")
_TAGS = {BULLETS: "ul", NUMBERS: "ol"}


@dataclass(frozen=True)
class Block:
    """`lines`: the items of a list; of all else, one. `level`: of a heading, 1 or 2."""

    kind: str
    lines: tuple[str, ...]
    level: int = 0


def blocks(text: str) -> list[Block]:
    found: list[Block] = []
    open_kind = ""  # that the next line may go on with
    for raw in text.splitlines():
        line = " ".join(raw.split())
        kind, said, level = _read(line)
        if not line:
            open_kind = "" if open_kind == PARAGRAPH else open_kind
        elif kind == HEADING:
            found.append(Block(HEADING, (said,), level))
            open_kind = ""
        elif kind == open_kind == PARAGRAPH:
            found[-1] = Block(PARAGRAPH, (f"{found[-1].lines[0]} {said}",))
        elif kind == open_kind:
            found[-1] = Block(kind, (*found[-1].lines, said))
        else:
            found.append(Block(kind, (said,)))
            open_kind = kind
    return found


def as_html(found: Sequence[Block]) -> str:
    return "".join(_html(block) for block in found)


def as_speech(title: str, found: Sequence[Block]) -> str:
    """Each heading and item is a sentence of its own: a voice makes a pause there."""
    return "\n\n".join(_sentence(line) for line in (title, *(line for block in found for line in block.lines)))


def _read(line: str) -> tuple[str, str, int]:
    if heading := _HEADING.fullmatch(line):
        return HEADING, heading[2], len(heading[1])
    if bullet := _BULLET.fullmatch(line):
        return BULLETS, bullet[1], 0
    if number := _NUMBER.fullmatch(line):
        return NUMBERS, number[1], 0
    return PARAGRAPH, line, 0


def _html(block: Block) -> str:
    lines = [html.escape(line) for line in block.lines]
    if block.kind == HEADING:
        return f"<h{block.level + 1}>{lines[0]}</h{block.level + 1}>"
    if block.kind == PARAGRAPH:
        return f"<p>{lines[0]}</p>"
    tag = _TAGS[block.kind]
    return f"<{tag}>{''.join(f'<li>{line}</li>' for line in lines)}</{tag}>"


def _sentence(line: str) -> str:
    return line if line.endswith((".", "!", "?", ":", "۔", "؟")) else f"{line}."
