"""Contracts of releases: what a service says, reads and answers, kept for each release in deploy/releases (docs/releases.md).

So this tree knows, without running it, whether a service of it may be rolled out while all others stay what they are.
"""

import importlib
import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import schoolbus.contracts  # noqa: F401 - makes all events known
from schoolbus import layout, shapes
from schoolbus.chain import SERVICES
from schoolbus.events import Event

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "deploy" / "releases"
GATEWAY = "gateway"
Contract = dict[str, Any]


def contract(name: str) -> Contract:
    """Of this tree. The gateway's says which service it asks for what."""
    if name == GATEWAY:
        return {"service": GATEWAY, "asks": dict(sorted(importlib.import_module("gateway.routes").BELOW_BRANCH.items()))}
    events = [Event.known[key] for key in sorted(Event.known)]
    store = importlib.import_module(f"services.{name}.store").Store
    return {
        "service": name,
        "layout": {"writes": store.layout, "reads": layout.reads(store), "readable_by": layout.readable_by(store)},
        "says": {each.routing_key(): shapes.of_schema(each.schema) for each in events if each.publisher() == name},
        "reads": {each.routing_key(): shapes.of_schema(each.schema) for each in events if name in each.read_by},
        "answers": sorted(_answers(name)),
    }


def _answers(name: str) -> Iterator[str]:
    from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR

    from schoolbus.web import ApiEntrypoint

    module = importlib.import_module(f"services.{name}.service")
    kind = next(each for each in vars(module).values() if isinstance(each, type) and vars(each).get("name") == name)
    for _, method in inspect.getmembers(kind, inspect.isfunction):
        for entrypoint in getattr(method, ENTRYPOINT_EXTENSIONS_ATTR, ()):
            if isinstance(entrypoint, ApiEntrypoint):
                yield f"{entrypoint.route.method} {entrypoint.route.path}"


def released(folder: Path = FOLDER) -> dict[str, Contract]:
    """By service; of one that was never released nothing is known."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}


def against(new: Contract, others: dict[str, Contract]) -> list[str]:
    """What stands against rolling out `new` beside the others and its own last release: nothing, or a line each."""
    name = new["service"]
    before = others.get(name)
    services = {service: each for service, each in others.items() if service not in (name, GATEWAY)}
    if name == GATEWAY:
        return [*_unanswered(new, services.values())]
    reasons = [*_unread(new, before, services), *_unsaid(new, before, services)]
    if before:
        reasons += [*_layouts(new, before), *_gone(new, before)]
    if GATEWAY in others:
        reasons += _unanswered(others[GATEWAY], [new])
    return reasons


def _unread(new: Contract, before: Contract | None, services: dict[str, Contract]) -> Iterator[str]:
    """What it says, and readers at work can't read."""
    for reader, other in services.items():
        for key, wanted in other["reads"].items():
            if _publisher(key) != new["service"]:
                continue
            if key in new["says"]:
                yield from (f"{reader} reads {key}: {why}" for why in shapes.refused(new["says"][key], wanted))
            elif before and key in before["says"] and not _another_version(key, new["says"], other["reads"]):
                yield f"{reader} reads {key}, which is said no more: say both until {reader} reads another version"


def _unsaid(new: Contract, before: Contract | None, services: dict[str, Contract]) -> Iterator[str]:
    """What publishers at work say, and it can't read."""
    for publisher, other in services.items():
        for key, said in other["says"].items():
            if key in new["reads"]:
                yield from (f"{publisher} says {key}: {why}" for why in shapes.refused(said, new["reads"][key]))
            elif before and key in before["reads"]:
                yield f"{publisher} says {key}, whose queue nobody empties any more: read it until {publisher} says it no more"


def _another_version(key: str, said: dict[str, Any], read: dict[str, Any]) -> bool:
    return any(_type(each) == _type(key) and each in read for each in said)


def _layouts(new: Contract, before: Contract) -> Iterator[str]:
    now, then = new["layout"], before["layout"]
    if now["reads"] > then["writes"]:
        yield (
            f"it reads layouts from {now['reads']} on, and its last release writes {then['writes']}: a release that reads "
            "both comes first"
        )
    if now["writes"] > then["writes"] and now["readable_by"] > then["writes"]:
        yield f"beside layout {now['writes']}, which it writes, code of {then['writes']} can't go on: expand, then contract"
    if now["writes"] < then["reads"]:
        yield f"it writes layout {now['writes']}, which its last release can't read"


def _gone(new: Contract, before: Contract) -> Iterator[str]:
    """Pages and programs at work still ask for it."""
    for path in sorted(set(before["answers"]) - set(new["answers"])):
        yield f"{path} is answered no more, and pages of the gateway that is at work may ask for it"


def _unanswered(gateway: Contract, services: Any) -> Iterator[str]:
    """Words of the path that the gateway hands to a service which knows nothing of them."""
    for service in services:
        words = {path.split("/")[4] for path in service["answers"] if path.count("/") > 3 and "/v1/branches/{" in path}
        for word, owner in gateway["asks"].items():
            if owner == service["service"] and word not in words:
                yield f"the gateway asks {owner} for {word}, which it doesn't answer: {owner} goes first"


def _publisher(key: str) -> str:
    return key.partition(".")[0]


def _type(key: str) -> str:
    return key.rpartition(".v")[0]


def may_roll_out(names: list[str], folder: Path = FOLDER) -> int:
    """Says for each whether it may, beside what is released; all of them, if none is named. 1 when one may not."""
    others = released(folder)
    known = (*SERVICES, GATEWAY)
    if unknown := [name for name in names if name not in known]:
        print(f"rabta: there is no {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    if not others:
        print(f"rabta: no contract of a release in {folder}", file=sys.stderr)
        return 2
    refused = False
    for name in names or known:
        reasons = against(contract(name), others)
        refused |= bool(reasons)
        print(f"{name}: {'may not' if reasons else 'may'} be rolled out beside the others as they are released")
        for reason in reasons:
            print(f"  {reason}")
    return int(refused)


def release(names: list[str], folder: Path = FOLDER) -> int:
    """Writes the contracts of what is released from now on, each with the commit that it is of. 1 when one may not be."""
    if code := may_roll_out(names, folder):
        print("rabta: nothing is written", file=sys.stderr)
        return code
    if changed := _git("status", "--porcelain", "--", ".", f":(exclude){FOLDER.relative_to(ROOT)}"):
        print(f"rabta: a release is of a commit, and these changes are in none:\n{changed}", file=sys.stderr)
        return 1
    commit = _git("rev-parse", "HEAD")
    for name in names:
        made = contract(name)
        text = json.dumps({"service": made.pop("service"), "commit": commit, **made}, ensure_ascii=False, indent=1)
        (folder / f"{name}.json").write_text(f"{text}\n")
        print(f"{name}: released, of {commit[:12]}; commit {folder.name}/{name}.json")
    return 0


def last_commit(folder: Path = FOLDER) -> str | None:
    """The newest of which a part is released; None when no release says."""
    commits = {each["commit"] for each in released(folder).values() if "commit" in each}
    return _git("rev-list", "--topo-order", "--max-count=1", *sorted(commits)) if commits else None


def _git(*words: str) -> str:
    command = ["git", *words]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.rstrip()  # noqa: S603 - our words
