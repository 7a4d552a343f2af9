"""A service's own settings as a nameko dependency: `settings = Configured(Settings)`."""

from typing import Any

from nameko.extensions import DependencyProvider

from schoolbus import settings


class Configured(DependencyProvider):  # type: ignore[misc]
    """Read and checked before the service starts; a fault ends the process with one line."""

    def __init__(self, wanted: type[Any]) -> None:
        super().__init__()
        self.wanted = wanted

    def setup(self) -> None:
        self.settings = settings.read(self.wanted)

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self.settings
