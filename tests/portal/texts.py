"""Which texts pages show: found in templates as Babel finds them, and in code by where they stand."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from jinja2.ext import babel_extract

from gateway.portal.kinds import OF_KIND, WHY_AWAY
from gateway.portal.rendering import TEMPLATES
from gateway.portal.states import STATES
from gateway.portal.told import TOLD
from gateway.portal.words import AS_WRITTEN, GENERAL

ROOT = Path(__file__).parent.parent.parent
PORTAL = ROOT / "gateway" / "portal"
_SAID = re.compile(r'"([^"]+)"\|said')
_SHOWN_BY = {"Place": 1, "Group": 0}  # calls whose argument at this place is a text
_TABLES = re.compile(r"(?:\A|_)(?:STEPS|TEXTS)\Z")  # of what is said once a step is done
_KEYS = ("title", "detail")  # of problems that pages make themselves
_WITH_DOCS = (ast.Module, ast.ClassDef, ast.FunctionDef)


def of_templates() -> dict[str, str]:
    """Each text, and where it stands."""
    found: dict[str, str] = {}
    for path in sorted(TEMPLATES.rglob("*.html")):
        where = path.relative_to(TEMPLATES).as_posix()
        with path.open("rb") as file:
            options = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
            for line, _, message, _ in babel_extract(file, ("_", "gettext", "ngettext"), (), options):
                one = message if isinstance(message, str | None) else message[0]  # beside values, or another for many
                if one:
                    found.setdefault(str(one), f"{where}:{line}")
        for word in _SAID.findall(path.read_text()):
            found.setdefault(word, where)
    return found


def of_code() -> dict[str, str]:
    found = {word: "words.py" for words in (GENERAL, WHY_AWAY, TOLD, *OF_KIND.values()) for word in words.values()}
    found |= {word.replace("_", " "): "words.py" for word in AS_WRITTEN}
    found |= {text: "states.py" for words in STATES.values() for text, _ in words.values()}
    for path in sorted(PORTAL.rglob("*.py")):
        where = path.relative_to(PORTAL).as_posix()
        for node in ast.walk(ast.parse(path.read_text())):
            for text in _texts(node):
                found.setdefault(text, f"{where}:{getattr(node, 'lineno', 0)}")
    return found


def _texts(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name == "text" and isinstance(node.func, ast.Attribute):
            yield from _strings(node.args[:1])
        if name in _SHOWN_BY:
            yield from _strings(node.args[_SHOWN_BY[name] : _SHOWN_BY[name] + 1])
        if name == "Refused":
            for inner in ast.walk(node):
                if isinstance(inner, ast.Dict):
                    yield from _strings(value for key, value in zip(inner.keys, inner.values, strict=True) if _is_key(key))
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict) and any(_is_table(each) for each in node.targets):
        yield from _strings(node.value.values)


def _is_table(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and bool(_TABLES.search(target.id))


def _is_key(key: ast.expr | None) -> bool:
    return isinstance(key, ast.Constant) and key.value in _KEYS


def _strings(nodes: object) -> Iterator[str]:
    for node in nodes:  # type: ignore[attr-defined]
        for inner in ast.walk(node):
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and inner.value.strip():
                yield inner.value


def all_strings() -> set[str]:
    """Of the services, the gateway and what they share: also words and problems of the API, which pages show as they come."""
    found: set[str] = set()
    for folder in ("services", "gateway", "schoolbus"):
        for path in (ROOT / folder).rglob("*.py"):
            nodes = ast.walk(ast.parse(path.read_text()))
            found |= {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return found


def constants(module: object) -> set[str]:
    """The strings of a module that are no docstrings."""
    tree = ast.parse(Path(str(module.__file__)).read_text())  # type: ignore[attr-defined]
    docs = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, _WITH_DOCS)}
    found = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return found - docs
