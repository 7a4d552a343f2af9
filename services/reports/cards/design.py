"""What a branch chose for its report cards: an edition of a card template, as plain values."""

from dataclasses import dataclass, field

from services.reports.paper.look import Look
from services.reports.paper.points import Signer

SECTIONS = ("marks", "attendance", "behaviour", "goals", "home", "progress", "averages", "remarks", "signatures")
BESIDE, STACKED = "beside", "stacked"
BILINGUAL = (BESIDE, STACKED)
SIGNERS = (
    Signer("Class teacher's signature", "کلاس ٹیچر کے دستخط"),
    Signer("Head's signature", "سربراہِ ادارہ کے دستخط"),
    Signer("Guardian's signature", "سرپرست کے دستخط"),
)


@dataclass(frozen=True)
class Design:
    """`sections` in their order; `averages` is no place of its own but a column of the marks. `bilingual`: English beside Urdu
    or above it, where a card is in both. A section of which a card says nothing takes no room."""

    look: Look = field(default_factory=Look)
    sections: tuple[str, ...] = SECTIONS
    bilingual: str = BESIDE
    signers: tuple[Signer, ...] = SIGNERS


PLAIN = Design()  # of a branch that has chosen nothing
