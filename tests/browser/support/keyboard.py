"""A page by keyboard alone: where Tab leads, whether one sees where one is, and what it never reaches."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page

MOST = 400  # stops
_SCRIPT = Path(__file__).with_name("keyboard.js").read_text()


@dataclass(frozen=True)
class Stop:
    """What has the focus, as a screen reader calls it. `seen`: an outline or a shadow comes with the focus; `covered`: by
    something else, or outside the window."""

    role: str
    name: str
    html: str
    seen: bool
    covered: bool

    def __str__(self) -> str:
        return f"{self.role} {self.name}".strip()


@dataclass(frozen=True)
class Walk:
    stops: list[Stop]
    unreached: list[str]  # what can be clicked and was never stopped at

    @property
    def order(self) -> list[str]:
        return [str(stop) for stop in self.stops]

    @cached_property
    def faults(self) -> list[str]:
        found = [f"the focus is not to be seen on {stop}: {stop.html}" for stop in self.stops if not stop.seen]
        found += [f"something covers {stop}, or it is outside the window: {stop.html}" for stop in self.stops if stop.covered]
        found += [f"no name is read for {stop.html}" for stop in self.stops if not stop.name]
        return found + [f"Tab never comes to {html}" for html in self.unreached]


def walk(page: Page, protocol: CDPSession) -> Walk:
    """By Tab from the top of the page to its end."""
    protocol.send("Accessibility.enable")
    page.evaluate(_SCRIPT)
    stops: list[Stop] = []
    while len(stops) < MOST:
        page.keyboard.press("Tab")
        here: dict[str, Any] | None = page.evaluate("rabtaKeyboard.here()")
        if here is None:
            break
        stops.append(Stop(*_called(protocol), here["html"], here["seen"], here["covered"]))
    assert len(stops) < MOST, f"Tab finds no end: {[str(stop) for stop in stops[-5:]]}"
    return Walk(stops, [*page.evaluate("rabtaKeyboard.unreached()"), *_heard_but_unreached(page, protocol)])


def _called(protocol: CDPSession) -> tuple[str, str]:
    """Role and name of what has the focus, from the browser's tree for screen readers."""
    focused = protocol.send("Runtime.evaluate", {"expression": "rabtaKeyboard.focused()"})["result"]["objectId"]
    nodes = protocol.send("Accessibility.getPartialAXTree", {"objectId": focused, "fetchRelatives": False})["nodes"]
    node = nodes[0] if nodes else {}
    return node.get("role", {}).get("value", "nothing"), " ".join(node.get("name", {}).get("value", "").split())


def _heard_but_unreached(page: Page, protocol: CDPSession) -> list[str]:
    """Elements of which a script waits for clicks, that are no controls."""
    listened = protocol.send("Runtime.evaluate", {"expression": "document.body"})["result"]["objectId"]
    asked = {"objectId": listened, "depth": -1}
    listeners = protocol.send("DOMDebugger.getEventListeners", asked)["listeners"]
    found = []
    for listener in listeners:
        if listener["type"] in ("click", "pointerdown", "mousedown", "touchstart") and "backendNodeId" in listener:
            node = {"backendNodeId": listener["backendNodeId"]}
            element = protocol.send("DOM.resolveNode", node)["object"]["objectId"]
            told = {"objectId": element, "functionDeclaration": "function() { return rabtaKeyboard.forgotten(this) }"}
            said = protocol.send("Runtime.callFunctionOn", {**told, "returnByValue": True})["result"].get("value")
            found += [said] if said else []
    return found
