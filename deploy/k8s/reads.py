"""Which settings a module reads, by the text of its service: not by running it, because a worker reads its settings on import.

Looked for are `read(Wanted)`, `settings.read(Wanted)` and `Configured(Wanted)`, in the module and in all of its service that
it imports.
"""

import ast
import importlib
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from schoolbus.work import LONGEST

ROOT = Path(__file__).parents[2]


# Libraries by which a process calls others than broker and database, and what of each only names errors or addresses.
CLIENTS = frozenset(("requests", "urllib3", "smtplib", "smpplib", "http.client"))


@cache
def settings_read(package: str, module: str = "") -> tuple[type, ...]:
    """The dataclasses, for `services.roster` and `service`, or `schoolbus.accounts`; none for a module that is not there."""
    found: dict[str, type] = {}
    for name, tree in _imported(package, module).items():
        origins = dict(_origins(tree)) | _own(name, tree)
        found |= {origins[wanted]: _load(origins[wanted]) for wanted in _wanted(tree) if wanted in origins}
    return tuple(found.values())


@cache
def calls_out(package: str, module: str) -> bool:
    """Whether a process has what calls others than the gateway, broker and database."""
    return any(CLIENTS & set(_libraries(tree)) for tree in _imported(package, module).values())


@cache
def works(service: str) -> dict[str, float]:
    """Its worker's kinds of work by their names, and how many seconds a piece may take. Names that are not written out, as of
    carriers, which come from a table, are one: ``""``."""
    found: dict[str, float] = {}
    for tree in _imported(f"services.{service}", "worker").values():
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Work":
                name = str(call.args[0].value) if isinstance(call.args[0], ast.Constant) else ""
                declared = [ast.literal_eval(each.value) for each in call.keywords if each.arg == "longest"]
                found[name] = max(found.get(name, 0.0), *declared or [LONGEST])
    return found


@cache
def _imported(package: str, module: str) -> dict[str, ast.Module]:
    """The module and all of its package that it imports, and that these import."""
    found: dict[str, ast.Module] = {}
    waiting = [f"{package}.{module}".rstrip(".")]
    while waiting:
        name = waiting.pop()
        file = _file(name)
        if name in found or file is None:
            continue
        found[name] = ast.parse(file.read_text())
        origins = dict(_origins(found[name])).values()
        waiting += [each for origin in origins for each in (origin, origin.rpartition(".")[0]) if each.startswith(package)]
    return found


def _own(module: str, tree: ast.Module) -> dict[str, str]:
    """Classes of the module itself."""
    return {each.name: f"{module}.{each.name}" for each in tree.body if isinstance(each, ast.ClassDef)}


def _libraries(tree: ast.Module) -> Iterator[str]:
    for each in ast.walk(tree):
        if isinstance(each, ast.Import):
            yield from (alias.name for alias in each.names)
        elif isinstance(each, ast.ImportFrom) and each.module and not each.module.endswith("exceptions"):
            yield each.module.partition(".")[0]


def _file(module: str) -> Path | None:
    path = ROOT.joinpath(*module.split("."))
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.exists()), None)


def _origins(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Imported names and where each comes from: Settings, services.roster.settings.Settings."""
    for each in ast.walk(tree):
        if isinstance(each, ast.ImportFrom) and each.module:
            yield from ((alias.asname or alias.name, f"{each.module}.{alias.name}") for alias in each.names)


def _wanted(tree: ast.Module) -> Iterator[str]:
    for each in ast.walk(tree):
        if isinstance(each, ast.Call) and each.args and isinstance(each.args[0], ast.Name):
            called = each.func.attr if isinstance(each.func, ast.Attribute) else getattr(each.func, "id", "")
            if called in ("read", "Configured"):
                yield each.args[0].id


def _load(origin: str) -> type:
    module, _, name = origin.rpartition(".")
    with warnings.catch_warnings(action="ignore"):  # eventlet says on import that it is old
        found: type = getattr(importlib.import_module(module), name)
    return found
