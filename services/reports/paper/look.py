"""How a branch's printed things look: its logo, its colours, its paper."""

from dataclasses import dataclass
from typing import Any

A4, LETTER = "a4", "us-letter"
PAPERS = (A4, LETTER)
LANGUAGES = ("en", "ur", "both")


@dataclass(frozen=True)
class Look:
    """`main` carries white text and stands on white, `accent` is for lines and ornaments alone: colours.py checks both.

    `logo`: an SVG as logos.py makes it; None for the ornament that stands in its place.
    """

    main: str = "#14532d"
    accent: str = "#b0893b"
    logo: str | None = None
    paper: str = A4

    def printed(self) -> dict[str, Any]:
        return {"main": self.main, "accent": self.accent, "logo": self.logo or "", "paper": self.paper}
