"""Which sentences the services and the gateway refuse with.

Found in the source by how it is written: in a module that can refuse (it makes problems, or checks what came in) each constant
that reads as a sentence counts, and each word that is filled into one. One too many does no harm: it has Urdu, too.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
_REFUSES = re.compile(r"schoolbus\.problems import|\bValidationError\b|\bvalidate\b")
_BESIDE = (  # why something is refused, said elsewhere
    "gateway/sessions.py",
    "gateway/tokens.py",
    "schoolbus/problems.py",
    "services/notifications/webhooks/addresses.py",
    "services/reports/attendance/reading.py",
    "services/reports/erasing.py",
    *(f"services/reports/printruns/{name}.py" for name in ("binding", "clearing", "making", "sheets", "working")),
    "services/roster/school/granting.py",
)
_PROGRAMS = {  # whose refusals only programs meet, or that are said in Urdu otherwise
    "schoolbus/errors.py": "documentation",
    "schoolbus/replay/": "commands",
    "schoolbus/oneroster/": "OneRoster's API",
    "services/notifications/carriers/": "carriers",
    "services/notifications/mailing/": "the mail server",
    "services/notifications/receipts.py": "carriers",
    "services/reports/cards/verifying/page.py": "a page in both languages",
    "services/reports/oneroster/": "OneRoster's API",
    "services/roster/machines/grant.py": "clients of OAuth",
    "services/roster/oneroster/": "findings of an import, by the standard's own words",
    "services/roster/provider/": "OneRoster's API",
}
_NAMED = (  # words that come into a sentence by a name
    *("another branch", "results", "letter", "least", "learning", "routines", "strengths", "challenges"),
    *("approval", "rejection", "withdrawal", "suspension", "resumption", "end"),
)
_SENTENCE = re.compile(r"(?=.*[a-z]{2})(?!.*=\")([A-Z“].*\s.|[A-Z][a-z']+\.\Z|\d+ [a-z]|%\(\w+\)s\S*\s+\S)", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]{2}")
_URDU = re.compile(r"[\u0600-\u06ff]")
_NOT_SAID = ("metadata", "description")  # keywords of what documentation shows
_PROBLEMS = ("Problem", "NotFound", "NotAllowed", "Conflict", "GoneOn", "Invalid", "ValidationError")
# faults of ours, what keeps a process from starting, and what a metric is
_OWN = ("TypeError", "RuntimeError", "AssertionError", "LookupError", "NotYet", "CannotStart", "LookedUp")


@dataclass
class Found:
    """Each text, and where it stands; `made`: f-strings, which can't be looked up."""

    texts: dict[str, str] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)


def of_services() -> Found:
    found = Found(texts=dict.fromkeys(_NAMED, "a value"))
    for path in (each for folder in ("services", "gateway", "schoolbus") for each in sorted((ROOT / folder).rglob("*.py"))):
        where, source = path.relative_to(ROOT).as_posix(), path.read_text()
        if where.startswith(tuple(_PROGRAMS)):
            continue
        tree = ast.parse(source)
        for word in _words(tree):
            found.texts.setdefault(str(word.value), f"{where}:{word.lineno}")
        if "portal" not in path.parts and (where.startswith(_BESIDE) or _REFUSES.search(source)):
            _look(tree, where, found)
    return found


def _look(node: ast.AST, where: str, found: Found, refusing: bool = False) -> None:
    """`refusing`: within what makes a problem."""
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and _SENTENCE.match(inner.value):
            found.texts.setdefault(inner.value, f"{where}:{inner.lineno}")
        elif isinstance(inner, ast.JoinedStr):
            said = "".join(str(each.value) if isinstance(each, ast.Constant) else "%(x)s" for each in inner.values)
            if (refusing and " " in said) or (_SENTENCE.match(said) and said.endswith(".")):
                found.made[said] = f"{where}:{inner.lineno}"
        elif not _is_silent(inner):
            _look(inner, where, found, refusing or (isinstance(inner, ast.Call) and _called(inner) in _PROBLEMS))


def _is_silent(node: ast.AST) -> bool:
    """What nobody is told: docstrings, faults of ours, what documentation shows; and what stands beside its own Urdu."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.keyword):
        return node.arg in _NOT_SAID
    if isinstance(node, ast.Call):
        return _called(node) in _OWN
    if isinstance(node, ast.Tuple | ast.Dict):
        within = node.elts if isinstance(node, ast.Tuple) else node.values
        return any(isinstance(each, ast.Constant) and _URDU.search(str(each.value)) for each in within)
    return False


def _words(tree: ast.AST) -> Iterator[ast.Constant]:
    """What is filled in: "Booking" of `NotFound("Booking")`, what a store's documents are, values of a Sentence."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        named = _called(node)
        given = [keyword.value for keyword in node.keywords if keyword.arg == "what" or named == "Sentence"]
        if named in ("NotFound", "AlreadyThere"):
            given += node.args[:1]
        for each in given:
            for inner in (each.body, each.orelse) if isinstance(each, ast.IfExp) else (each,):
                if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and _WORD.search(inner.value):
                    yield inner


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
