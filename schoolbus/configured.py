"""A service's own settings as a nameko dependency: `settings = Configured(Wanted)`."""

from typing import Any, Self

from nameko.extensions import DependencyProvider

from schoolbus.settings import read


class Configured(DependencyProvider):  # type: ignore[misc]
    """Read when the service is put together, before anything of it starts; a fault ends the process with one line."""

    def __init__(self, wanted: type[Any]) -> None:
        super().__init__()
        self.wanted = wanted

    def bind(self, container: Any, attr_name: str) -> Self:
        bound: Self = super().bind(container, attr_name)
        bound.values = read(self.wanted)
        return bound

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self.values
