"""How somebody looks at the portal: with which machine, in which language, with what switched off."""

from dataclasses import dataclass, replace
from typing import Any

ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"
LOCALES = {"en": "en-GB", "ur": "ur-PK"}


@dataclass(frozen=True)
class Device:
    """Width and height in CSS pixels, and how many dots one of them has."""

    width: int
    height: int
    dots: float = 1
    touch: bool = False
    user_agent: str | None = None


PHONE = Device(360, 740, dots=2, touch=True, user_agent=ANDROID)
DESK = Device(1280, 800)
ZOOMED = Device(640, 400, dots=2)  # the desk at 200 %
NARROW = Device(320, 640)  # WCAG 1.4.10: the desk at 400 %

DEVICES = {"phone": PHONE, "desk": DESK, "zoomed": ZOOMED, "narrow": NARROW}


@dataclass(frozen=True)
class Look:
    """`scheme` is light or dark. With `motion=False` the reader has asked for less of it."""

    device: Device = PHONE
    language: str = "en"
    scheme: str = "light"
    javascript: bool = True
    motion: bool = True

    def __str__(self) -> str:
        return f"{self.language}-{self.scheme}"

    def but(self, **changes: Any) -> "Look":
        """`look.but(device="desk", language="ur")`."""
        if isinstance(changes.get("device"), str):
            changes["device"] = DEVICES[changes["device"]]
        return replace(self, **changes)

    def of_context(self) -> dict[str, Any]:
        """What Playwright's `browser.new_context` takes."""
        device = self.device
        return {
            "viewport": {"width": device.width, "height": device.height},
            "device_scale_factor": device.dots,
            "is_mobile": device.touch,
            "has_touch": device.touch,
            "user_agent": device.user_agent,
            "locale": LOCALES[self.language],
            "timezone_id": "Asia/Karachi",
            "color_scheme": self.scheme,
            "java_script_enabled": self.javascript,
            "reduced_motion": "no-preference" if self.motion else "reduce",
        }


LOOKS = [Look(language=language, scheme=scheme) for language in LOCALES for scheme in ("light", "dark")]
