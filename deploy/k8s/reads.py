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

ROOT = Path(__file__).parents[2]


@cache
def settings_read(package: str, module: str) -> tuple[type, ...]:
    """The dataclasses, for `services.roster` and `service`; none when there is no such module."""
    found: dict[str, type] = {}
    seen: set[str] = set()
    waiting = [f"{package}.{module}"]
    while waiting:
        name = waiting.pop()
        file = _file(name)
        if name in seen or file is None:
            continue
        seen.add(name)
        tree = ast.parse(file.read_text())
        origins = dict(_origins(tree))
        waiting += [
            each for origin in origins.values() for each in (origin, origin.rpartition(".")[0]) if each.startswith(package)
        ]
        found |= {origins[wanted]: _load(origins[wanted]) for wanted in _wanted(tree) if wanted in origins}
    return tuple(found.values())


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
