"""What looks like a secret among the files of the repository: detect-secrets, against a list that says of each why it is none.

A line of not_secrets.txt: file, kind, first twelve digits of the value's SHA-1 (or * for all of that kind there), reason.
"""

import re
import subprocess
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from detect_secrets.core.scan import scan_file
from detect_secrets.settings import transient_settings

from deploy.security.step import ROOT, Finding, NotDone

LIST = Path(__file__).parent / "not_secrets.txt"
_LINE = re.compile(r"(\S+)\s+([A-Za-z0-9]+)\s+([0-9a-f]{12}|\*)\s+(\S.*)")
_PLUGINS = (
    *("ArtifactoryDetector", "AWSKeyDetector", "AzureStorageKeyDetector", "BasicAuthDetector", "CloudantDetector"),
    *("DiscordBotTokenDetector", "GitHubTokenDetector", "GitLabTokenDetector", "JwtTokenDetector", "KeywordDetector"),
    *("MailchimpDetector", "NpmDetector", "OpenAIDetector", "PrivateKeyDetector", "PypiTokenDetector", "SendGridDetector"),
    *("SlackDetector", "SquareOAuthDetector", "StripeDetector", "TelegramBotTokenDetector", "TwilioKeyDetector"),
)
_FILTERS = (  # those that it has by default for source
    *("allowlist.is_line_allowlisted", "heuristic.is_indirect_reference", "heuristic.is_likely_id_string"),
    *("heuristic.is_not_alphanumeric_string", "heuristic.is_potential_uuid", "heuristic.is_prefixed_with_dollar_sign"),
    *("heuristic.is_sequential_string", "heuristic.is_templated_secret"),
)
_SETTINGS = {
    "plugins_used": [
        *({"name": name} for name in _PLUGINS),
        {"name": "Base64HighEntropyString", "limit": 4.5},
        {"name": "HexHighEntropyString", "limit": 3.0},
    ],
    "filters_used": [
        *({"path": f"detect_secrets.filters.{name}"} for name in _FILTERS),
        {
            "path": "detect_secrets.filters.regex.should_exclude_line",
            "pattern": ['[sS]ecretName: "?[a-z0-9-]+"?$'],
        },  # Kubernetes'
    ],
}


@dataclass(frozen=True, order=True)
class Seen:
    file: str
    line: int
    kind: str  # without spaces
    digest: str  # twelve digits


def look() -> list[Finding]:
    return compare(seen(_files()), LIST.read_text())


def seen(files: Iterable[str], root: Path = ROOT) -> list[Seen]:
    with ProcessPoolExecutor() as pool:
        return sorted(
            each for found in pool.map(_of_file, [str(root / file) for file in files], chunksize=50) for each in found
        )


def compare(found: list[Seen], listed: str) -> list[Finding]:
    """What is found and not listed, and the lines of the list that name nothing any more."""
    known, wrong = _known(listed)
    used = {key for each in found for key in _keys(each) if key in known}
    new = [each for each in found if not any(key in known for key in _keys(each))]
    return [
        *wrong,
        *(Finding(f"{each.kind}, {each.digest}", f"{each.file}:{each.line}", _DO) for each in new),
        *(
            Finding("names nothing that is there", f"{LIST.name}: {' '.join(key)}", "take it out")
            for key in known
            if key not in used
        ),
    ]


_DO = "take it out, change it where it is in force (git keeps it); where it is none, a line in not_secrets.txt says why"


def _known(listed: str) -> tuple[dict[tuple[str, str, str], str], list[Finding]]:
    known, wrong = {}, []
    for number, line in enumerate(listed.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if read := _LINE.fullmatch(line.strip()):
            known[read[1], read[2], read[3]] = read[4]
        else:
            wrong.append(Finding("not a line of file, kind, digits and reason", f"{LIST.name}:{number}", "write it so"))
    return known, wrong


def _keys(each: Seen) -> Iterator[tuple[str, str, str]]:
    yield each.file, each.kind, each.digest
    yield each.file, each.kind, "*"


def _files() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        raise NotDone(f"git does not list the files: {listed.stderr.strip()[:200]}")
    return [name for name in listed.stdout.split("\0") if name and _is_text(ROOT / name)]


def _is_text(path: Path) -> bool:
    """Pictures and fonts are looked at by nobody's rules."""
    if not path.is_file():  # taken away, and not committed yet
        return False
    with path.open("rb") as file:
        return b"\0" not in file.read(8192)


def _of_file(path: str) -> list[Seen]:
    with transient_settings(_SETTINGS):
        found = list(scan_file(path))
    name = str(Path(path).relative_to(ROOT)) if Path(path).is_relative_to(ROOT) else path
    return [Seen(name, each.line_number, each.type.replace(" ", ""), each.secret_hash[:12]) for each in found]
