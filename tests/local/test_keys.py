"""The secrets of the local platform."""

import json
from pathlib import Path

from deploy.local import keys


def test_secrets_are_made_once_and_read_by_their_owner_alone(tmp_path: Path):
    made = keys.kept(tmp_path)
    assert keys.kept(tmp_path) == made
    assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0


def test_a_folder_of_an_older_version_gets_what_it_lacks(tmp_path: Path):
    older = {name: text for name, text in keys.kept(tmp_path).items() if name != "IDENTITY_SECRET"}
    (tmp_path / "secrets.json").write_text(json.dumps(older))
    newer = keys.kept(tmp_path)
    assert len(newer["IDENTITY_SECRET"]) >= 32
    assert older.items() <= newer.items()
    assert keys.kept(tmp_path) == newer
