"""Load by wrk: many connections, each asking again as soon as it has its answer."""

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

CONNECTIONS = 32
SECONDS = 8

_SCRIPT = """
local asked, place = {%s}, 0
request = function()
  place = place %% #asked + 1
  return asked[place]
end
init = function()
  for number, each in ipairs(asked) do
    asked[number] = wrk.format("GET", each.path, each.headers)
  end
end
"""


class Loaded(NamedTuple):
    per_s: float
    p99_ms: float


def as_program(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def as_reader(token: str) -> dict[str, str]:
    """As a browser that is signed in."""
    return {"Cookie": f"access={token}", "Accept": "text/html", "Accept-Encoding": "gzip"}


def load(url: str, asked: Sequence[tuple[str, str]], headers: Callable[[str], Mapping[str, str]] = as_program) -> Loaded:
    """`asked`: paths and whose token asks, in turns. An answer that is no success spoils the run."""
    if shutil.which("wrk") is None:
        raise SystemExit("bench: wrk is missing: install the package wrk")
    rows = ", ".join(f"{{path={json.dumps(path)}, headers={{{_table(headers(token))}}}}}" for path, token in asked)
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_SCRIPT % rows)
        script.flush()
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", "-s", script.name, url]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "Non-2xx" not in said, said
    rate, worst = re.search(r"Requests/sec:\s+([\d.]+)", said), re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    assert rate, said
    assert worst, said
    return Loaded(float(rate[1]), float(worst[1]) * {"us": 0.001, "ms": 1, "s": 1000}[worst[2]])


def _table(headers: Mapping[str, str]) -> str:
    return ", ".join(f"[{json.dumps(name)}]={json.dumps(value)}" for name, value in headers.items())
