"""A folder in memory, for what is thrown away."""

from pathlib import Path

import pytest

from deploy.local import memory


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    shared = tmp_path / "shared"
    shared.mkdir()
    monkeypatch.setattr(memory, "SHARED", shared)
    monkeypatch.setattr(memory, "ROOM", 0)
    monkeypatch.setattr(memory, "AVAILABLE", 0)
    return tmp_path / "mongodb" / "data"


def test_it_is_gone_with_all_that_is_in_it(folder: Path) -> None:
    memory.move(folder)
    (folder / "journal").write_text("much")
    lies = folder.resolve()
    assert lies.parent == memory.SHARED
    memory.clear(folder)
    assert not lies.exists()
    assert not folder.is_symlink()


@pytest.mark.parametrize("scarce", ["ROOM", "AVAILABLE"])
def test_where_memory_is_scarce_it_is_a_folder_as_any(folder: Path, monkeypatch: pytest.MonkeyPatch, scarce: str) -> None:
    monkeypatch.setattr(memory, scarce, 2**60)
    memory.move(folder)
    assert not folder.is_symlink()
    folder.mkdir(parents=True)
    memory.clear(folder)
    assert not folder.exists()


def test_where_there_is_no_such_memory_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "SHARED", folder.parent / "nowhere")
    memory.move(folder)
    assert not folder.is_symlink()
