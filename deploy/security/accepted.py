"""What somebody has looked at and let stand, and why: accepted.toml. A line that nothing needs any more is a finding."""

import tomllib
from pathlib import Path

from deploy.security.step import Finding

FILE = Path(__file__).parent / "accepted.toml"


def accepted(table: str, file: Path = FILE) -> dict[str, str]:
    """Reasons by name, of one of the tables. Raises ValueError where a reason is missing."""
    found: dict[str, str] = tomllib.loads(file.read_text()).get(table, {})
    without = [name for name, why in found.items() if not why.strip()]
    if without:
        raise ValueError(f"{file.name}: [{table}] gives no reason for {', '.join(without)}")
    return found


def judged(found: dict[str, Finding], table: str, file: Path = FILE) -> list[Finding]:
    """What is left of findings, by name, without those accepted; and the lines that accept what is not there."""
    let_stand = accepted(table, file)
    stale = [
        Finding(f"{name} is accepted, and there is nothing to accept", f"{file.name} [{table}]", "take the line out")
        for name in let_stand
        if name not in found
    ]
    return [finding for name, finding in found.items() if name not in let_stand] + stale
