"""The steps of `make security`, on what they are to find: plain values, nobody is asked."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from deploy.security import accepted, advisories, index, licences, manifests, proofs, secrets
from deploy.security.__main__ import STEPS, main
from deploy.security.locks import Locked, locked
from deploy.security.step import ROOT, Finding, NotDone, Step

AT = datetime(2026, 11, 26, tzinfo=UTC)
FOUND = Finding("a fault", "there", "mend it")


def step(name: str, found: list[Finding] | NotDone, *, online: bool = False) -> Step:
    def look() -> list[Finding]:
        if isinstance(found, NotDone):
            raise found
        return found

    return Step(name, "looks", look, online)


@pytest.mark.parametrize(
    ("steps", "offline", "code"),
    [
        ([step("a", []), step("b", [])], False, 0),
        ([step("a", []), step("b", NotDone("no way there"), online=True)], False, 3),
        ([step("a", [FOUND]), step("b", NotDone("no way there"), online=True)], False, 1),
        ([step("a", []), step("b", NotDone("no way there"), online=True)], True, 0),
        ([step("a", NotDone("not installed"))], True, 3),
    ],
)
def test_nothing_passes_silently(steps: list[Step], offline: bool, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(tuple(steps), offline=offline) == code
    told = capsys.readouterr().out
    assert len([line for line in told.partition("\n\n")[0].splitlines() if line]) == len(steps), "a line for each"
    assert ("mend it" in told) is (code == 1)


def test_the_steps_have_names_of_their_own_and_their_tests_are_there() -> None:
    assert [path for path in proofs.PARSERS if not (ROOT / path).exists()] == []
    assert len({each.name for each in STEPS}) == len(STEPS)


# Secrets


def seen(path: Path, text: str) -> list[secrets.Seen]:
    path.write_text(text)
    return secrets._of_file(str(path))


def test_a_secret_is_found_and_a_reason_lets_it_stand(tmp_path: Path) -> None:
    key = "AKIA" + "Z7QXJ4TWM2KD9PLC"
    (one,) = (each for each in seen(tmp_path / "settings.py", f'x = 1\nkey = "{key}"\n') if each.kind == "AWSAccessKey")
    assert one.line == 2
    assert [finding.where for finding in secrets.compare([one], "")] == [f"{one.file}:2"]
    assert secrets.compare([one], f"# why\n{one.file} AWSAccessKey {one.digest} an example\n") == []
    assert secrets.compare([one], f"{one.file} AWSAccessKey * examples\n") == []
    other = f"{one.file} AWSAccessKey 0123456789ab another value at the same place\n"
    assert len(secrets.compare([one], other)) == 2, "found, and a line that names nothing any more"
    assert "reason" in secrets.compare([], f"{one.file} AWSAccessKey *\n")[0].what


def test_names_of_secrets_in_kubernetes_are_none(tmp_path: Path) -> None:
    assert seen(tmp_path / "a.yaml", "scramCredentialsSecretName: roster-database\n") == []
    assert seen(tmp_path / "a.yaml", "password: roster-database\n")


def test_every_line_of_the_list_is_one() -> None:
    assert secrets._known(secrets.LIST.read_text())[1] == []


# What is locked


def page(*files: tuple[str, str, str, Any]) -> dict[str, Any]:
    return {
        "files": [
            {"filename": name, "hashes": {"sha256": sha}, "upload-time": when, "yanked": y} for name, sha, when, y in files
        ]
    }


def judged(package: Locked, *files: tuple[str, str, str, Any]) -> list[str]:
    return [finding.what for finding in index.judge([package], lambda name: page(*files), AT) if "accept" not in finding.what]


def test_a_file_that_was_replaced_and_a_release_that_was_withdrawn_are_found() -> None:
    package = Locked("thing", "1.2", frozenset({"a" * 64, "b" * 64}), ("roster.txt",))
    wheel, source = (
        ("thing-1.2-py3-none-any.whl", "a" * 64, "2026-10-01T00:00:00Z"),
        ("thing-1.2.tar.gz", "b" * 64, "2026-10-01T00:00:00Z"),
    )
    assert judged(package, (*wheel, False), (*source, False)) == []
    assert judged(package, (*wheel, False), ("thing-1.2.tar.gz", "c" * 64, "2026-10-02T00:00:00Z", False))[0].startswith(
        "1 of 2"
    )
    assert judged(package, (*wheel, "a stolen account"), (*source, False)) == ["the release was withdrawn: a stolen account"]
    assert judged(package, ("thing-1.3.tar.gz", "d" * 64, "2026-10-01T00:00:00Z", False)) == [
        "the index has no such release any more"
    ]


def test_what_nobody_mends_any_more_is_found() -> None:
    package = Locked("thing", "1.2", frozenset({"a" * 64}), ("roster.txt",))
    ours = ("thing-1.2.tar.gz", "a" * 64, "2021-10-01T00:00:00Z", False)
    assert judged(package, ours)[0].startswith("no release for 5 years")
    assert judged(package, ours, ("thing-2.0.tar.gz", "b" * 64, "2026-10-01T00:00:00Z", False))[0].startswith(
        "locked is a release of 2021-10"
    )
    assert judged(package, ours, ("thing-2.0rc1.tar.gz", "b" * 64, "2026-10-01T00:00:00Z", False))[0].startswith(
        "no release for 5 years"
    )


def test_every_lock_is_read_with_its_hashes() -> None:
    found = locked()
    assert len(found) > 100
    assert all(each.hashes and each.version for each in found)


def test_who_was_told_nothing_has_not_looked() -> None:
    good = {"name": "thing", "version": "1.2", "vulns": []}
    assert advisories.read(json.dumps({"dependencies": [good]})) == []
    with pytest.raises(NotDone, match="1 of 2 packages, other"):
        advisories.read(json.dumps({"dependencies": [good, {"name": "other", "skip_reason": "not found"}]}))


def test_a_known_fault_says_what_mends_it() -> None:
    fault = {"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["1.3"]}
    (finding,) = advisories.read(json.dumps({"dependencies": [{"name": "thing", "version": "1.2", "vulns": [fault]}]}))
    assert (finding.what, finding.where) == ("PYSEC-1, CVE-1", "thing 1.2")
    assert "lock 1.3" in finding.do


# Reasons


def test_what_is_accepted_has_a_reason_and_is_still_there(tmp_path: Path) -> None:
    file = tmp_path / "accepted.toml"
    file.write_text('[stale]\nthing = "finished"\ngone = "once there"\n')
    left = accepted.judged({"thing": FOUND, "other": FOUND}, "stale", file)
    assert [finding.what for finding in left] == ["a fault", "gone is accepted, and there is nothing to accept"]
    file.write_text('[stale]\nthing = " "\n')
    with pytest.raises(ValueError, match="no reason for thing"):
        accepted.accepted("stale", file)


@pytest.mark.parametrize(
    ("told", "free"),
    [
        *[
            ("MIT", True),
            ("Apache-2.0 AND MIT", True),
            ("BSD License", True),
            ("Mozilla Public License 2.0 (MPL 2.0)", True),
            ("", False),
        ],
        *[
            ("GNU General Public License v3 (GPLv3)", False),
            ("AGPL-3.0-only", False),
            ("GPL-2.0-only OR MIT", True),
            ("Proprietary", False),
        ],
        ("GNU Lesser General Public License v3 or later (LGPLv3+)", True),
    ],
)
def test_licences(told: str, free: bool) -> None:
    assert licences.is_free(told) is free


# What others run


def test_a_check_that_did_not_end_is_not_done(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"told": (0, "prod: as it should be\n")}
    monkeypatch.setattr(manifests, "run", lambda *_: said["told"])
    assert manifests.look() == []
    said["told"] = (2, "dev: as it should be\nprod: Deployment/roster: runs as root\nmake: *** [k8s-check] Error 1\n")
    assert [(each.where, each.what) for each in manifests.look()] == [("prod", "Deployment/roster: runs as root")]
    said["told"] = (2, "k8s-check: no kubectl for this machine\n")
    with pytest.raises(NotDone, match="kubectl"):
        manifests.look()


def test_a_test_that_failed_is_found_and_one_that_did_not_run_is_not_done(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"told": (0, "40 passed in 9s\n")}
    monkeypatch.setattr(proofs, "run", lambda *_: said["told"])
    assert proofs.parsers() == []
    said["told"] = (1, "FAILED tests/fuzz/test_mail.py::test_x - ValueError: no\n1 failed, 39 passed in 9s\n")
    assert [(each.where, each.what) for each in proofs.parsers()] == [("tests/fuzz/test_mail.py::test_x", "ValueError: no")]
    for told in ((0, "3 skipped in 1s\n"), (4, "ERROR: file not found\n"), (2, "Interrupted\n")):
        said["told"] = told
        with pytest.raises(NotDone):
            proofs.parsers()
