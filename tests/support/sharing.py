"""How some processes share the tests (`make test`): each keeps to a package, whose started services then start once.

The longest come first. Roster, which takes as long as several others together, comes last and file by file, so that nobody is
without work at the end.
"""

from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

BY_FILE = "roster"
ORDER = ("access", "browser", "notifications", "meetings", "reports", "schoolbus", "e2e", "chaos", "local")  # then the others


def package(nodeid: str) -> str:
    """Of a test, or of a piece of work."""
    return nodeid.removeprefix("tests/").partition("/")[0]


class Shared(LoadScopeScheduling):
    """Hands out packages, and the files of the largest."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if package(nodeid) == BY_FILE else file.rpartition("/")[0]

    def _assign_work_unit(self, node: WorkerController) -> None:
        self.workqueue.move_to_end(self._next(node), last=False)
        super()._assign_work_unit(node)

    def _next(self, node: WorkerController) -> str:
        """More of the package where the node is; else of one where nobody is; else whatever is left."""
        here, *elsewhere = [self._current(each) for each in (node, *self.nodes)]
        return min(self.workqueue, key=lambda unit: (package(unit) != here, package(unit) in elsewhere, _place(unit)))

    def _current(self, node: WorkerController) -> str:
        return next((package(unit) for unit in reversed(self.assigned_work.get(node, {}))), "")


def _place(unit: str) -> int:
    name = package(unit)
    return ORDER.index(name) if name in ORDER else len(ORDER) + (name == BY_FILE)
