"""Whether a service of this tree may be rolled out while all others stay as they were released, in whatever order."""

import copy
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from marshmallow import Schema, fields, validate

from schoolbus import releases, shapes
from schoolbus.releases import GATEWAY, SERVICES

BRANCH = "roster.branch_changed.v1"
NEXT = "roster.branch_changed.v2"


@pytest.mark.parametrize("name", [*SERVICES, GATEWAY])
def test_this_tree_may_be_rolled_out_service_by_service_in_any_order(name: str) -> None:
    reasons = releases.against(releases.contract(name), releases.released())
    assert reasons == [], "docs/releases.md says what to do"


def test_of_each_service_a_release_is_known() -> None:
    assert set(releases.released()) == {*SERVICES, GATEWAY}


Changed = Callable[[dict[str, Any]], Any]


def data(contract: dict[str, Any], what: str = "says", key: str = BRANCH) -> dict[str, Any]:
    found: dict[str, Any] = contract[what][key]["fields"]
    return found


def first(contract: dict[str, Any]) -> str:
    return next(name for name, field in data(contract).items() if field.get("required") and field["kind"] == "String")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda new: data(new).pop(first(new)), "is wanted, and not said"),
        (lambda new: data(new)[first(new)].pop("required"), "is wanted, and not always said"),
        (lambda new: data(new)[first(new)].update(kind="Integer"), "is Integer, and String is read"),
        (lambda new: data(new)[first(new)].update(null=True), "may be null"),
        (lambda new: new["says"].pop(BRANCH), "which is said no more: say both until"),
        (lambda new: new["says"].update({NEXT: new["says"].pop(BRANCH)}), "which is said no more: say both until"),
        (lambda new: new["layout"].update(writes=9, reads=9, readable_by=9), "a release that reads both comes first"),
        (lambda new: new["layout"].update(writes=9, readable_by=9), "code of 1 can't go on"),
        (lambda new: new["answers"].remove("GET /v1/branches"), "GET /v1/branches is answered no more"),
        (
            lambda new: new.update(answers=[each for each in new["answers"] if "/holidays" not in each]),
            "the gateway asks roster for holidays",
        ),
    ],
)
def test_what_released_ones_can_not_bear_is_named(change: Changed, said: str) -> None:
    released = releases.released()
    new = copy.deepcopy(released["roster"])
    assert releases.against(new, released) == []
    change(new)
    assert any(said in reason for reason in releases.against(new, released)), releases.against(new, released)


@pytest.mark.parametrize(
    "change",
    [
        lambda new: data(new).update(added={"kind": "String", "required": True}),
        lambda new: new["says"].update({NEXT: {"kind": "Object", "fields": {}}}),
        lambda new: new["answers"].append("GET /v1/branches/{branch_id}/more"),
        lambda new: new["layout"].update(writes=2),
    ],
)
def test_what_is_added_harms_nobody(change: Changed) -> None:
    released = releases.released()
    new = copy.deepcopy(released["roster"])
    change(new)
    assert releases.against(new, released) == []


def test_a_reader_goes_on_reading_what_is_still_said_and_wants_no_more_than_that() -> None:
    released = releases.released()
    new = copy.deepcopy(released["reports"])
    data(new, "reads")["wanted_since"] = {"kind": "String", "required": True}
    assert any("roster says roster.branch_changed.v1: data.wanted_since" in why for why in releases.against(new, released))
    del new["reads"][BRANCH]
    assert any("whose queue nobody empties any more" in why for why in releases.against(new, released))


def test_a_version_goes_once_its_readers_read_the_next() -> None:
    released = copy.deepcopy(releases.released())
    for name in ("meetings", "reports", "notifications"):
        released[name]["reads"][NEXT] = released["roster"]["says"][BRANCH]
    new = copy.deepcopy(released["roster"])
    new["says"][NEXT] = new["says"].pop(BRANCH)
    assert releases.against(new, released) == []


def test_a_gateway_does_not_go_before_the_service_that_it_asks() -> None:
    new = copy.deepcopy(releases.contract(GATEWAY))
    new["asks"]["library-books"] = "reports"
    assert releases.against(new, releases.released()) == [
        "the gateway asks reports for library-books, which it doesn't answer: reports goes first"
    ]


def test_shapes_hold_what_limits_a_field() -> None:
    class Item(Schema):
        kind = fields.String(required=True, validate=validate.OneOf(["b", "a"]))

    class Data(Schema):
        items = fields.List(fields.Nested(Item), validate=validate.Length(max=500))
        count = fields.Integer(allow_none=True, validate=validate.Range(min=1))

    shape = shapes.of_schema(Data())
    item = {"kind": "Object", "fields": {"kind": {"kind": "String", "required": True, "one_of": ["a", "b"]}}}
    assert shape["fields"]["items"] == {"kind": "List", "items": item, "at_most": 500}
    assert shape["fields"]["count"] == {"kind": "Integer", "null": True, "at_least": 1}
    wider = copy.deepcopy(shape)
    wider["fields"]["items"]["items"]["fields"]["kind"]["one_of"] = ["a", "b", "c"]
    wider["fields"]["count"] = {"kind": "Integer", "at_least": 0}
    assert list(shapes.refused(wider, shape)) == [
        "data.count may be below 1",
        "data.items[].kind may be c, and one of a, b is read",
    ]
    assert list(shapes.refused(shape, wider)) == ["data.count may be null"]


def test_the_command_says_who_may_and_why_not(capsys: Any, tmp_path: Any) -> None:
    assert releases.may_roll_out(["meetings"]) == 0
    assert capsys.readouterr().out == "meetings: may be rolled out beside the others as they are released\n"
    assert releases.may_roll_out(["library"]) == 2
    assert releases.may_roll_out(["meetings"], tmp_path) == 2


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the contracts of releases."""
    folder = tmp_path / "deploy" / "releases"
    shutil.copytree(releases.FOLDER, folder)
    monkeypatch.setattr(releases, "ROOT", tmp_path)
    monkeypatch.setattr(releases, "FOLDER", folder)
    git(tmp_path, "init", "--quiet")
    committed(tmp_path)
    return folder


def git(root: Path, *words: str) -> str:
    who = ("-c", "user.name=Somebody", "-c", "user.email=somebody@rabta.example")
    return subprocess.run(["git", *who, *words], cwd=root, check=True, capture_output=True, text=True).stdout.strip()


def committed(root: Path) -> str:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message", "deploy: A release.")
    return git(root, "rev-parse", "HEAD")


def test_a_release_writes_its_contract_and_of_which_commit_it_is(tree: Path, capsys: Any) -> None:
    commit = committed(tree.parents[1])
    assert releases.release(["roster", GATEWAY], tree) == 0
    assert f"roster: released, of {commit[:12]}" in capsys.readouterr().out
    written = json.loads((tree / "roster.json").read_text())
    assert written == {**releases.contract("roster"), "commit": commit}
    assert releases.against(releases.contract("roster"), releases.released(tree)) == []
    assert releases.released(tree)["reports"]["commit"] == releases.released()["reports"]["commit"], "that was not released"


def test_what_may_not_be_rolled_out_is_not_released(tree: Path, capsys: Any) -> None:
    reports = json.loads((tree / "reports.json").read_text())
    data(reports, "reads")["wanted_since"] = {"kind": "String", "required": True}
    (tree / "reports.json").write_text(json.dumps(reports))
    committed(tree.parents[1])
    before = (tree / "roster.json").read_text()
    assert releases.release(["meetings", "roster"], tree) == 1
    assert "nothing is written" in capsys.readouterr().err
    assert (tree / "roster.json").read_text() == before


def test_what_is_in_no_commit_is_not_released(tree: Path, capsys: Any) -> None:
    (tree.parents[1] / "service.py").write_text("new = True\n")
    assert releases.release(["roster"], tree) == 1
    assert "?? service.py" in capsys.readouterr().err


def test_the_last_release_is_that_of_the_newest_commit(tree: Path) -> None:
    root = tree.parents[1]
    for name in (*SERVICES, GATEWAY):
        assert releases.release([name], tree) == 0
        newest = committed(root)
    assert releases.last_commit(tree) == git(root, "rev-parse", f"{newest}~1")
    for path in tree.glob("*.json"):
        path.write_text(json.dumps({key: value for key, value in json.loads(path.read_text()).items() if key != "commit"}))
    assert releases.last_commit(tree) is None
