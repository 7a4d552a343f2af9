"""What families have said, and who turned out to be one person, is heard of and kept to."""

from tests.notifications.schools import School
from tests.support import people, roster
from tests.support.waiting import eventually


def test_the_next_homework_goes_by_the_new_first_channel_in_the_new_language(stage):
    school = School(stage)
    mother = school.guardian("sms", language="en")
    school.child(mother)
    first, then = school.open().homework(), school.homework()
    stage.service.say(first)
    assert school.comes_to("delivered", first, mother)["channel"] == "sms"
    said = {"hours": None, "literacy": "reads", "shared_phone": True, "meeting_needs": ["evening"]}
    _changes(school, mother, language="ur", channels=["email", "sms"], preferences=said)
    eventually(lambda: _known(stage, mother).get("preferences") == said)
    stage.service.say(then)
    assert school.comes_to("sent", then, mother)["channel"] == "email"
    (mail,) = eventually(lambda: stage.post_office.received(school.of(mother, "email")))
    assert mail["subject"] == "نیا ہوم ورک: عائشہ"


def test_messages_of_a_merged_record_are_the_persons_until_they_are_split(stage):
    school = School(stage)
    kept, merged = school.guardian("app"), school.guardian("app")
    school.child(merged)
    first, then = school.open().homework(), school.homework()
    stage.service.say(first)
    (message,) = eventually(lambda: school.feed(merged))
    assert school.feed(kept) == []
    _changes(school, merged, active=False, roles=[], counts_as=kept)
    (seen,) = eventually(lambda: school.feed(kept))
    assert seen["message_id"] == message["message_id"]
    read = f"/v1/feed/{message['message_id']}/read"
    assert stage.service.call("POST", read, people.guardian(kept, school.id)).status_code == 200
    stage.service.say(school.booking(merged, school.children[0]))  # said before the merge, heard after
    eventually(lambda: {item["about_type"] for item in school.feed(kept)} == {"homework", "booking"})
    _changes(school, merged, version=3)
    eventually(lambda: school.feed(kept)[0]["about_type"] == "booking" and len(school.feed(kept)) == 1)
    stage.service.say(then)
    eventually(lambda: len(school.feed(merged)) == 2)


def _changes(school: School, person_id: str, version: int = 2, **more: object) -> None:
    person = next(person for person in school.people if person["person_id"] == person_id)
    school.stage.service.say(roster.people(school.id, {**person, "version": version, **more}))


def _known(stage, person_id: str) -> dict:
    """As the service's copy of the roster has it."""
    return stage.database.people.find_one({"person_id": person_id})
