"""How quick and how still a page is, as https://web.dev/articles/vitals counts it, and how much of it travels."""

from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import CDPSession, Page

from tests.browser.support.watching import Watch

_SCRIPT = Path(__file__).with_name("measuring.js").read_text()
PATIENCE = 120_000  # milliseconds for what comes by a slow line, on a machine that does other things too


@dataclass(frozen=True)
class Measures:
    """`largest_paint` in milliseconds from the navigation on; `bytes` over the wire by type of resource."""

    largest_paint: float
    largest: str
    shift: float
    shifted: list[str]
    bytes: dict[str, int] = field(default_factory=dict)

    @property
    def without_fonts(self) -> int:
        return sum(count for kind, count in self.bytes.items() if kind != "Font")

    def __str__(self) -> str:
        sizes = ", ".join(f"{kind} {count / 1000:.1f} kB" for kind, count in sorted(self.bytes.items()))
        return f"largest paint {self.largest_paint:.0f} ms ({self.largest}), shift {self.shift:.4f}, {sizes}"


def measure(page: Page, watch: Watch) -> Measures:
    """Once everything has arrived and been painted, and before anything is touched: each shift counts."""
    page.wait_for_load_state("networkidle", timeout=PATIENCE)
    page.evaluate("document.fonts.ready.then(() => true)")
    found = page.evaluate(_SCRIPT)
    last = found["paint"][-1] if found["paint"] else {"at": 0, "what": "nothing"}
    shifts = [(each["at"], each["value"]) for each in found["shifts"]]
    shifted = [str(what) for each in found["shifts"] for what in each["what"]]
    return Measures(last["at"], last["what"].strip(), cumulative(shifts), shifted, dict(watch.bytes))


def cumulative(shifts: list[tuple[float, float]]) -> float:
    """The worst window of (milliseconds, value): https://web.dev/articles/cls."""
    worst = window = began = last = 0.0
    for at, value in shifts:
        if not window or at - last >= 1000 or at - began >= 5000:
            window, began = 0.0, at
        window, last = window + value, at
        worst = max(worst, window)
    return worst


def slow_3g(protocol: CDPSession) -> None:
    """400 kbit/s both ways, 400 ms for a round trip, and a processor of a quarter of this one's speed."""
    speed = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
    protocol.send("Network.emulateNetworkConditions", speed)
    protocol.send("Emulation.setCPUThrottlingRate", {"rate": 4})


def drawn_with(protocol: CDPSession, selector: str) -> set[str]:
    """The fonts that the text below an element is drawn with."""
    for domain in ("DOM", "CSS"):
        protocol.send(f"{domain}.enable")
    root = protocol.send("DOM.getDocument")["root"]["nodeId"]
    node = protocol.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    return {font["familyName"] for font in protocol.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]}
