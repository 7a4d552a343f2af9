"""A block that was copied from a spreadsheet, spread over a mark sheet. Plain values.

Cells are parted by tabs, lines by line breaks. Where a column of it has names of the class, each line goes to the child of
that name, or where a name is not known or is there twice, to the number of the list that stands before it; else the
first line goes to the first row that was chosen, and so on. A first line of titles finds the columns.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gateway.portal.language import latin
from gateway.portal.teacher.cells import is_mark

MOST = 200_000  # characters


@dataclass(frozen=True)
class Child:
    """A row of the sheet; `number` as it stands before the name on the page."""

    id: str
    number: int
    names: tuple[str, ...]


@dataclass(frozen=True)
class Pasted:
    """`cells` by child and column. `unknown`: names that are nobody's here; `beyond`: cells that had no place."""

    cells: Mapping[tuple[str, str], str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    beyond: int = 0


def spread(block: str, children: Sequence[Child], columns: Sequence[tuple[str, str]], row: int = 0, column: int = 0) -> Pasted:
    """`columns`: ids and titles. `row` and `column`: where a block without names or titles begins."""
    lines = [[cell.strip() for cell in line.split("\t")] for line in block[:MOST].replace("\r\n", "\n").split("\n")]
    lines = [line for line in lines if any(line)]
    known = _known(children)
    named = _named(lines, known)
    titles: list[str] = []
    if lines and _is_head(lines[0], known, named):
        titles, lines = lines[0], lines[1:]
    places = _places(titles, columns, column, 0 if named is None else named + 1, max(map(len, lines), default=0))
    cells: dict[tuple[str, str], str] = {}
    unknown: list[str] = []
    beyond = 0
    for at, line in enumerate(lines):
        child = _at(children, row + at) if named is None else _whose(line, named, known, children)
        if child is None and named is not None:
            unknown.append(line[named] if named < len(line) else line[0])
            continue
        for place, cell in enumerate(line):
            if named is not None and place <= named:
                continue
            if child is None or place not in places:
                beyond += bool(cell)
            else:
                cells[child.id, places[place]] = cell
    return Pasted(cells, tuple(unknown), beyond)


def plain(name: str) -> str:
    """A name as it is compared."""
    return " ".join("".join(each if each.isalnum() else " " for each in name.casefold()).split())


def _known(children: Sequence[Child]) -> dict[str, Child]:
    """By name; who shares theirs with another is not found by it."""
    names = [(plain(name), child) for child in children for name in {*map(plain, child.names)} if name]
    times = Counter(name for name, _ in names)
    return {name: child for name, child in names if times[name] == 1}


def _named(lines: Sequence[Sequence[str]], known: Mapping[str, Child]) -> int | None:
    """The column in which names stand: that with most of the class."""
    found = Counter(at for line in lines for at, cell in enumerate(line) if plain(cell) in known)
    return min(found, key=lambda at: (-found[at], at)) if found else None


def _is_head(line: Sequence[str], known: Mapping[str, Child], named: int | None) -> bool:
    """Titles are no marks, and name nobody."""
    values = line if named is None else line[named + 1 :]
    of_nobody = named is None or named >= len(line) or plain(line[named]) not in known
    return of_nobody and any(values) and not any(is_mark(cell) for cell in values if cell)


def _places(titles: Sequence[str], columns: Sequence[tuple[str, str]], column: int, first: int, wide: int) -> dict[int, str]:
    """Which column of the sheet each of the block is: by its title, or where any title is not known, one after the other."""
    by_title = {plain(title): id for id, title in columns}
    found = {at: by_title[plain(title)] for at, title in enumerate(titles) if at >= first and plain(title) in by_title}
    if found and len(found) == sum(1 for title in titles[first:] if title):
        return found
    rest = columns[column:]
    return {first + at: id for at, (id, _) in enumerate(rest) if first + at < wide}


def _whose(line: Sequence[str], named: int, known: Mapping[str, Child], children: Sequence[Child]) -> Child | None:
    name = line[named] if named < len(line) else ""
    if plain(name) in known:
        return known[plain(name)]
    number = latin(line[named - 1]) if named else ""
    return next((child for child in children if number.isdecimal() and child.number == int(number)), None)


def _at(children: Sequence[Child], row: int) -> Child | None:
    return children[row] if 0 <= row < len(children) else None
