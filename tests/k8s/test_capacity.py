"""What docs/capacity.md says of queues and shard keys is what the code has."""

import pytest

from deploy import capacity
from schoolbus.store import Documents, Index


def test_the_tables_are_those_of_the_code() -> None:
    text = capacity.PAGE.read_text()
    assert capacity.written(text, capacity.rendered()) == text, "python -m deploy.capacity writes them anew"


def test_each_collection_has_one_row() -> None:
    wanted = [(service, each.name) for service in capacity.SERVICES for each in capacity.collections(service)]
    assert sorted(capacity.named(capacity.PAGE.read_text())) == sorted(wanted)


@pytest.mark.parametrize(
    ("indexes", "key"),
    [
        (["branch_id at _id", "person_id"], "`branch_id`, `_id`"),
        (["person_id"], "`_id`, hashed"),
        ([], "`_id`, hashed"),
        ([Index("branch_id title", unique=True)], "`branch_id`"),
        ([Index("code", unique=True), "branch_id at"], "`code`"),
        ([Index("code", unique=True), Index("branch_id title", unique=True)], "none: stays whole"),
    ],
)
def test_a_shard_key_begins_every_unique_index(indexes: list[str | Index], key: str) -> None:
    assert capacity.shard_key(Documents("things", indexes)) == key
