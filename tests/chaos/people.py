"""Many people at once, who ask again with the same key when no answer comes; some give up and never know."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import aiohttp

from tests.chaos.commands import Answer, Command, Story
from tests.chaos.history import Asked, Outcome
from tests.chaos.school import School

AT_ONCE = 12
AHEAD = 3_000  # effects that have not come about yet, at most
PATIENCE = aiohttp.ClientTimeout(10)  # seconds for an answer
PAUSE = (0.2, 1.0)  # seconds before the next try
GIVING_UP = 0.1  # of those who hear nothing
WAITED_FOR = 300.0  # seconds in which an answer must come at last
UNCLEAR = (401, 500, 502, 503, 504)  # statuses after which it may have happened; 401: a clock or a key is behind
TOKEN_LIFE = 240.0  # seconds that a token is used


class People:
    """`asked`: all commands with their outcomes; `effects`: how many these have. `statuses`: of all answers. `heard`: how many
    effects have come about, roughly: who acts waits for those who hear of it, so that faults meet both."""

    def __init__(self, school: School, url: str, seed: int, heard: Callable[[], int]) -> None:
        self.school, self.url, self.heard = school, url, heard
        self.asked: list[Asked] = []
        self.effects = 0
        self.events = 0
        self.statuses: Counter[str] = Counter()
        self.refusals: list[str] = []
        self._chance = Random(seed)
        self._look = asyncio.Lock()
        self._may_have = AHEAD
        self._tokens: dict[str, tuple[float, str]] = {}

    async def act(self, stories: list[Story], may: Callable[[], float]) -> None:
        """`may` says how many events may have come of it by now; it raises when there is no point in going on."""
        todo = iter(stories)
        async with aiohttp.ClientSession(timeout=PATIENCE, connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:

            async def one() -> None:
                for story in todo:
                    while self.events > may():
                        await asyncio.sleep(0.1)
                    for command in story:
                        await self._in_turn(session, command)

            await asyncio.gather(*(one() for _ in range(AT_ONCE)))

    async def _in_turn(self, session: aiohttp.ClientSession, command: Command) -> None:
        following: Command | None = command
        while following is not None:
            await self._not_too_far_ahead()
            outcome, answer = await self._insist(session, following)
            self.asked.append(Asked(following.name, outcome, following.tells))
            self.events += len(following.tells)
            self.effects += sum(len(told.effects) for told in following.tells)
            following = following.then(answer) if following.then and outcome is Outcome.DONE else None

    async def _not_too_far_ahead(self) -> None:
        """One looks, for all; each takes about so many steps between two looks."""
        async with self._look:
            while self.effects > self._may_have:
                self._may_have = await asyncio.to_thread(self.heard) + AHEAD
                if self.effects > self._may_have:
                    await asyncio.sleep(0.3)

    async def _insist(self, session: aiohttp.ClientSession, command: Command) -> tuple[Outcome, Answer]:
        """Until there is an answer, or nobody asks any more."""
        gives_up = command.gives_up and self._chance.random() < GIVING_UP
        until = time.monotonic() + WAITED_FOR
        while time.monotonic() < until:
            status, answer = await self._ask(session, command)
            self.statuses[str(status or "none")] += 1
            if 200 <= status < 300:
                return Outcome.DONE, answer
            if status and status not in UNCLEAR:
                self.refusals.append(f"{command.name}: {status} {answer}")
                return Outcome.REFUSED, answer
            if gives_up:
                return Outcome.UNKNOWN, {}
            await asyncio.sleep(self._chance.uniform(*PAUSE))
        raise AssertionError(f"no answer within {WAITED_FOR:.0f} s: {command.name}")

    async def _ask(self, session: aiohttp.ClientSession, command: Command) -> tuple[int, Any]:
        """The status, 0 where none came."""
        headers = {**command.headers, "Authorization": f"Bearer {self._token(command)}"}
        body = {"json": command.body} if command.body is not None else {}
        try:
            async with session.request(command.method, self.url + command.path, headers=headers, **body) as answer:
                text = await answer.text()
                return answer.status, json.loads(text) if text and "json" in answer.content_type else text
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            return 0, None

    def _token(self, command: Command) -> str:
        made, token = self._tokens.get(command.person_id, (0.0, ""))
        if time.monotonic() - made > TOKEN_LIFE or not token:
            made, token = time.monotonic(), self.school.token(command.person_id, command.role)
            self._tokens[command.person_id] = made, token
        return token
