"""Secrets at rest."""

from services.roster.sealing import Sealer

SEALER = Sealer("a-secret-of-the-tests-0123456789-abc")


def test_a_text_is_opened_with_its_secret_for_its_owner_alone():
    kept = SEALER.seal("the secret", "pull", "peer")
    assert b"the secret" not in kept
    assert SEALER.open(kept, "pull", "peer") == "the secret"
    assert SEALER.open(kept, "pull", "other") is None
    assert SEALER.open(kept, "second factor", "peer") is None
    assert SEALER.open(kept, "pull") is None
    assert Sealer("another secret").open(kept, "pull", "peer") is None
    for changed in (kept[:-1] + bytes((kept[-1] ^ 1,)), kept[:20], b""):
        assert SEALER.open(changed, "pull", "peer") is None


def test_the_same_text_is_kept_otherwise_each_time():
    assert SEALER.seal("text", "pull", "peer") != SEALER.seal("text", "pull", "peer")


def test_a_mark_is_of_one_purpose_and_its_parts():
    mark = SEALER.mark("code", "a", "b")
    assert mark == SEALER.mark("code", "a", "b")
    others = [SEALER.mark("refresh", "a", "b"), SEALER.mark("code", "b", "a"), Sealer("another secret").mark("code", "a", "b")]
    assert mark not in others
    assert len({mark, *others}) == 4
