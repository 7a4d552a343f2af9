"""WhatsApp's message templates: a text that was approved, with places {{1}}, {{2}} … for what changes.

Once one is registered, as with Meta, a message with an unknown template or another number of parameters is refused. Before
that, any template goes, and its parameters are shown.
"""

import re
from collections.abc import Iterator
from typing import Any

from demo.carriers.graph import Refused

_PLACE = re.compile(r"\{\{(\d+)\}\}")


class Templates:
    def __init__(self) -> None:
        self._texts: dict[tuple[str, str], str] = {}

    def clear(self) -> None:
        self._texts.clear()

    def register(self, body: dict[str, Any]) -> None:
        name, language = body.get("name"), body.get("language")
        texts = [part.get("text") for part in _parts(body, "body")]
        if not isinstance(name, str) or not isinstance(language, str) or len(texts) != 1 or not isinstance(texts[0], str):
            raise Refused(400, 100, "(#100) Invalid parameter", "name, language and one BODY component are required")
        places = {int(place) for place in _PLACE.findall(texts[0])}
        if places != set(range(1, len(places) + 1)):
            raise Refused(400, 100, "(#100) Invalid parameter", "the places in the body must be {{1}}, {{2}} and so on")
        self._texts[name, language] = texts[0]

    def filled(self, template: Any) -> tuple[str, str]:
        """What the parent reads, and the template's name."""
        language = template.get("language") if isinstance(template, dict) else None
        if not isinstance(language, dict) or not template.get("name"):
            raise Refused(400, 131008, "(#131008) Required parameter is missing", "template needs a name and a language")
        name, code = str(template["name"]), str(language.get("code", ""))
        given = [
            str(parameter.get("text", "")) for part in _parts(template, "body") for parameter in part.get("parameters", [])
        ]
        if not self._texts:
            return " · ".join(given) or name, name
        text = self._texts.get((name, code))
        if text is None:
            raise Refused(404, 132001, "(#132001) Template name does not exist in the translation", f"{name} in {code}")
        wanted = len(set(_PLACE.findall(text)))
        if wanted != len(given):
            details = f"body has {len(given)} parameters and {wanted} are expected"
            raise Refused(400, 132000, "(#132000) Number of parameters does not match the expected number of params", details)
        return _PLACE.sub(lambda place: given[int(place[1]) - 1], text), name


def _parts(body: dict[str, Any], kind: str) -> Iterator[dict[str, Any]]:
    components = body.get("components", [])
    if not isinstance(components, list) or not all(isinstance(part, dict) for part in components):
        raise Refused(400, 100, "(#100) Invalid parameter", "components must be a list of objects")
    return (part for part in components if str(part.get("type")).lower() == kind)
