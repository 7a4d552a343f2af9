"""Load by wrk: many connections, each asking again as soon as it has its answer."""

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
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
    asked[number] = wrk.format("GET", each.path, {["Authorization"] = "Bearer " .. each.token})
  end
end
"""


class Loaded(NamedTuple):
    per_s: float
    p99_ms: float


def load(url: str, asked: Sequence[tuple[str, str]]) -> Loaded:
    """`asked`: paths and whose token asks, in turns. An answer that is no success spoils the run."""
    if shutil.which("wrk") is None:
        raise SystemExit("bench: wrk is missing: install the package wrk")
    rows = ", ".join(f"{{path={json.dumps(path)}, token={json.dumps(token)}}}" for path, token in asked)
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
