"""Writes all dashboards, and the table of metrics in docs/watching.md."""

from pathlib import Path

from deploy.dashboards.boards import BOARDS
from deploy.dashboards.known import BEGINS, ENDS, table

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "k8s" / "components" / "monitoring" / "dashboards"
PAGE = ROOT / "docs" / "watching.md"


def page() -> str:
    """docs/watching.md with the table as it is now."""
    before, _, rest = PAGE.read_text().partition(BEGINS)
    return f"{before}{BEGINS}\n\n{table()}\n\n{ENDS}{rest.partition(ENDS)[2]}"


def main() -> None:
    for name, board in BOARDS.items():
        (FOLDER / f"{name}.json").write_text(board())
    PAGE.write_text(page())


if __name__ == "__main__":
    main()
