"""The bank of prompts: "what I'd like to talk about", for those who find it hard to begin. Data: `prompts.toml`."""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Prompt = dict[str, Any]
_BANK = tomllib.loads(Path(__file__).with_name("prompts.toml").read_text())
VERSION: int = _BANK["version"]
ALL: dict[str, Prompt] = {id: {"prompt_id": id, **words} for id, words in _BANK["prompts"].items()}


def offered() -> dict[str, Any]:
    """Those that can be chosen; one that is no longer offered stays readable where it was chosen."""
    return {"version": VERSION, "prompts": [prompt for prompt in ALL.values() if not prompt.get("retired")]}


def unknown(ids: Iterable[str]) -> list[str]:
    known = {prompt["prompt_id"] for prompt in offered()["prompts"]}
    return [id for id in ids if id not in known]


def named(ids: Iterable[str]) -> list[Prompt]:
    return [ALL[id] for id in ids if id in ALL]
