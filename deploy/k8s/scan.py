"""`python -m deploy.k8s.scan`: a security scanner's look at every overlay, and a linter's at the Dockerfile.

Both are kept in an environment of their own (.run/scan), made the first time from requirements/scan.txt; after that no network
is needed. What they are not asked, and why, stands in checkov.yaml and .hadolint.yaml.
"""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from deploy.k8s.kubectl import NoKubectl, kubectl
from deploy.k8s.reads import ROOT

HERE = Path(__file__).parent
TOOLS = ROOT / ".run" / "scan"
LOCKED = ROOT / "requirements" / "scan.txt"


class NoScanner(Exception):
    """The text is one line for the person at the terminal."""


def tools() -> Path:
    """The folder of the programs. Raises NoScanner."""
    made = TOOLS / "of.txt"  # which lock it was made from
    if not made.exists() or made.read_bytes() != LOCKED.read_bytes():
        venv.create(TOOLS, clear=True, with_pip=True)
        install = [TOOLS / "bin" / "python", "-m", "pip", "install", "--quiet", "--require-hashes", "-r", LOCKED]
        installed = subprocess.run(install, capture_output=True, text=True, check=False)
        if installed.returncode != 0:
            why = [line for line in installed.stderr.splitlines() if line.startswith("ERROR")] or ["pip says nothing"]
            raise NoScanner(f"the scanner can't be installed: {why[-1]}")
        made.write_bytes(LOCKED.read_bytes())
    return TOOLS / "bin"


def scan(overlay: Path) -> str:
    """What is wrong with an overlay; empty when nothing is."""
    own = overlay / "checkov.yaml"
    built = subprocess.run([kubectl(), "kustomize", overlay], capture_output=True, check=True)
    with tempfile.NamedTemporaryFile(suffix=".yaml") as file:
        file.write(built.stdout)
        file.flush()
        config = own if own.exists() else HERE / "checkov.yaml"
        return _said([tools() / "checkov", "--file", file.name, "--config-file", config])


def lint() -> str:
    return _said([tools() / "hadolint", "--config", ROOT / ".hadolint.yaml", ROOT / "Dockerfile"])


def _said(command: list[str | Path]) -> str:
    run = subprocess.run(
        command, capture_output=True, text=True, check=False, env={"LOG_LEVEL": "ERROR", "PATH": "/usr/bin:/bin"}
    )
    return (run.stdout + run.stderr).strip() or f"{command[0]} ended with {run.returncode}" if run.returncode else ""


def main() -> int:
    try:
        overlays = sorted(each.parent for each in (HERE / "overlays").glob("*/kustomization.yaml"))
        found = {**{f"overlay {each.name}": scan(each) for each in overlays}, "Dockerfile": lint()}
    except (NoKubectl, NoScanner) as missing:
        print(f"k8s-scan: {missing}", file=sys.stderr)
        return 1
    for what, said in found.items():
        print(f"{what}: {said or 'nothing found'}", file=sys.stderr if said else sys.stdout)
    return int(any(found.values()))


if __name__ == "__main__":
    sys.exit(main())
