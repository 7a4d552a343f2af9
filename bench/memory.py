"""How much memory a service's processes take at most while something is measured."""

import threading

import psutil

from tests.support.services import Service


class Peaks:
    """The most memory (resident, MiB) that the worker and the service have had."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.worker = self.serve = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "Peaks":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.2):
            self.worker = max(self.worker, self._resident("worker"))
            self.serve = max(self.serve, self._resident("serve"))

    def _resident(self, role: str) -> float:
        popen = self.service.processes[role].popen
        assert popen is not None
        return float(psutil.Process(popen.pid).memory_info().rss) / 2**20
