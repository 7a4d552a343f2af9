"""What Kubernetes does for the processes: who ends is started again, who does not end when asked is killed."""

import signal
import threading
import time
from collections import Counter
from collections.abc import Iterable

from tests.support.processes import Process

LOOK = 0.1  # seconds
GRACE = 30.0  # seconds from SIGTERM to SIGKILL
BACK_OFF = 1.0  # seconds before who did not live for so long is started again


class Supervisor:
    """While it is entered. `restarts`: by process."""

    def __init__(self, processes: Iterable[Process]) -> None:
        self.processes = {process.name: process for process in processes}
        self.restarts: Counter[str] = Counter()
        self._started: dict[str, float] = {}
        self._asked: dict[str, float] = {}
        self._over = threading.Event()
        self._lock = threading.RLock()
        self._thread = threading.Thread(target=self._look_after, name="supervisor", daemon=True)

    def __enter__(self) -> "Supervisor":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def send(self, name: str, sign: signal.Signals) -> None:
        with self._lock:
            popen = self.processes[name].popen
            if popen is not None and popen.poll() is None:
                popen.send_signal(sign)
                if sign is signal.SIGTERM:
                    self._asked[name] = time.monotonic()

    def _look_after(self) -> None:
        while not self._over.wait(LOOK):
            for name, process in self.processes.items():
                with self._lock:
                    self._look_at(name, process)

    def _look_at(self, name: str, process: Process) -> None:
        moment = time.monotonic()
        if process.running():
            if moment - self._asked.get(name, moment) > GRACE:
                process.kill()
        elif moment - self._started.get(name, 0) > BACK_OFF:
            self._asked.pop(name, None)
            self._started[name] = moment
            self.restarts[name] += 1
            process.start()
