"""commit_to_handled_p50_ms: from an event's commit to its handler's end, one event at a time."""

import sys
import time
from pathlib import Path
from statistics import quantiles

from bench.figures import Figure
from deploy.local.infrastructure import Infrastructure
from schoolbus.store import connect
from tests.schoolbus.conftest import HERE
from tests.support.people import teacher
from tests.support.services import Service

TIMES = 200


def measure(infrastructure: Infrastructure, folder: Path) -> list[Figure]:
    sys.path.insert(0, str(HERE))
    service = Service("probe", infrastructure, folder, {"PYTHONPATH": str(HERE)}).start()
    client = connect(infrastructure.mongodb_uri, "bench")
    seen, taken = client[service.database].seen, []
    for number in range(TIMES + 10):
        body = {"thing_id": f"t{number}", "name": "n"}
        service.call("POST", "/v1/branches/b1/things", teacher("t1"), json=body).raise_for_status()
        committed = time.perf_counter()
        while not seen.find_one({"thing": f"t{number}"}, {"_id": 1}):
            time.sleep(0.0005)
        taken.append((time.perf_counter() - committed) * 1000)
    service.stop()
    client.close()
    cuts = quantiles(taken[10:], n=100)
    return [Figure("commit_to_handled_p50_ms", cuts[49], "ms"), Figure("commit_to_handled_p99_ms", cuts[98], "ms")]
