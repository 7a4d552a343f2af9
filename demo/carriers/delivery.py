"""The life of a message after it was taken: it moves from state to state, and each is reported."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from demo.carriers.behaviour import Behaviour, Steps
from demo.carriers.network import Message

Report = Callable[[Message, str, int | None], Awaitable[object]]


class Delivery:
    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self._under_way: set[asyncio.Task[None]] = set()

    def begin(self, message: Message, steps: Steps, report: Report) -> None:
        self._run(self._move(message, steps, report))

    async def stop(self) -> None:
        """Ends what is under way: nothing of the past is reported any more."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _move(self, message: Message, steps: Steps, report: Report) -> None:
        for state, error in steps:
            await asyncio.sleep(self.behaviour.delay)
            message.move_to(state, error)
            if self.behaviour.callbacks:
                await report(message, state, error)
