"""What people do meanwhile: stories of commands, drawn by the seed. Each command knows which events it makes and what these
bring about at their readers, so that the end can be compared with it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice
from random import Random
from typing import Any
from uuid import UUID

from schoolbus.ids import effect_id
from tests.chaos.history import Told
from tests.chaos.school import School

Answer = dict[str, Any]
BATCH = 30  # children in one request, at most: a class
BOOKED, CHANGED, WRITTEN = 0.06, 0.04, 0.06  # of the events; the others are notes of behaviour
TEXTS = (  # of the messages that these commands lead to
    *("behaviour_noted", "home_note_written", "meeting_booked", "meeting_with_family"),
    *("meeting_cancelled", "meeting_with_family_cancelled"),
)


@dataclass(frozen=True)
class Command:
    """`tells`: by what is known before there is an answer. `then`: what follows from its answer."""

    name: str
    method: str
    path: str
    body: Answer | None
    person_id: str
    role: str
    tells: tuple[Told, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    then: Callable[[Answer], "Command"] | None = None
    gives_up: bool = True  # some never hear what came of it, and do not ask again


Story = list[Command]


def told(text: str, about: str, person_id: str) -> str:
    """The id of an effect: somebody has been told something once."""
    return f"{text} {about} {person_id}"


class Commands:
    def __init__(self, school: School, seed: int) -> None:
        self.school, self.chance = school, Random(seed)

    def stories(self, events: int) -> list[Story]:
        """At least so many events. Stories go on beside each other, a story's commands one after the other."""
        booked = self._booked(int(events * BOOKED / 2))
        changed = self._changed(int(events * CHANGED))
        written = [[self._write_home_note()] for _ in range(int(events * WRITTEN))]
        others = 2 * sum(map(len, booked)) + sum(map(len, changed)) + len(written)
        stories = [*booked, *changed, *written, *self._noted(events - others)]
        self.chance.shuffle(stories)
        return stories

    def _noted(self, events: int) -> Iterator[Story]:
        count = 0
        while count < events:
            command = self._note_behaviour()
            count += len(command.tells)
            yield [command]

    def _note_behaviour(self) -> Command:
        """A class is praised: an event of each child, and a message to each of its guardians."""
        school, noting = self.school, self._id()
        class_id = self.chance.choice(sorted(school.classes))
        children = self.chance.sample(school.classes[class_id], min(BATCH, len(school.classes[class_id])))
        body = {"noting_id": noting, "class_id": class_id, "student_ids": children, "aspect_id": "listening", "tone": "praise"}
        tells = tuple(self._of_note(noting, child) for child in children)
        return Command(f"noting {noting}", "POST", self._path("behaviour/notes"), body, school.head_id, "head", tells)

    def _of_note(self, noting: str, child: str) -> Told:
        note = effect_id("behaviour", self.school.branch_id, noting, child)
        people = self.school.guardians[child]
        return Told("behaviour_noted", frozenset(told("behaviour_noted", note, person) for person in people))

    def _write_home_note(self) -> Command:
        school, note = self.school, self._id()
        guardian, child = self.chance.choice(school.families)
        body = {"home_note_id": note, "student_id": child, "kind": "learning", "text": "Reads each evening."}
        effects = frozenset(told("home_note_written", note, teacher) for teacher in school.teachers[child])
        tells = (Told("home_note_written", effects),)
        return Command(f"home note {note}", "POST", self._path("home-notes"), body, guardian, "guardian", tells)

    def _booked(self, count: int) -> list[Story]:
        """Families book times that nobody else wants, one after the other, and cancel each."""
        stories: dict[str, Story] = {}
        for (guardian, child), (slot, teacher) in zip(cycle(self.school.families), self.school.slots[:count], strict=False):
            stories.setdefault(guardian, []).append(self._book(slot, teacher, guardian, child))
        return list(stories.values())

    def _book(self, slot: str, teacher: str, guardian: str, child: str) -> Command:
        effects = {told("meeting_booked", slot, guardian), told("meeting_with_family", slot, teacher)}
        return Command(
            f"booking of {slot}",
            "POST",
            self._path(f"slots/{slot}/booking"),
            {"student_id": child},
            guardian,
            "guardian",
            (Told("slot_booked", frozenset(effects)),),
            {"Idempotency-Key": self._id()},
            lambda answer: self._cancel(answer["booking_id"], slot, teacher, guardian),
        )

    def _cancel(self, booking: str, slot: str, teacher: str, guardian: str) -> Command:
        effects = {told("meeting_cancelled", slot, guardian), told("meeting_with_family_cancelled", slot, teacher)}
        tells = (Told("meeting_cancelled", frozenset(effects)),)
        path = self._path(f"bookings/{booking}/cancellation")
        return Command(f"cancellation of {slot}", "POST", path, None, guardian, "guardian", tells)

    def _changed(self, count: int) -> list[Story]:
        """Families say how they want to be reached, again and again: what every service knows of them in the end is the last
        word, which is compared with roster's."""
        stories: dict[str, Story] = {}
        for guardian, _ in islice(cycle(self.school.families), count):
            story = stories.setdefault(guardian, [])
            wanted = {"language": "en", "channels": ["app"], "hours": {"from": "06:00", "to": f"{20 + len(story) % 4}:00"}}
            name = f"preferences of {guardian}"
            story.append(Command(name, "PUT", "/v1/me/preferences", wanted, guardian, "guardian", (Told("person_changed"),)))
        return list(stories.values())

    def _path(self, below: str) -> str:
        return f"/v1/branches/{self.school.branch_id}/{below}"

    def _id(self) -> str:
        return str(UUID(int=self.chance.getrandbits(128), version=4))
