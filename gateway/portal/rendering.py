"""Templates to HTML: jinja2, which escapes whatever a template puts in."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gateway.portal import places, words
from gateway.portal.addresses import address
from gateway.portal.api import Refused
from gateway.portal.assets import Assets
from gateway.portal.language import NAMES, Language, apart

if TYPE_CHECKING:
    from gateway.portal.pages import Visit

TEMPLATES = Path(__file__).parent / "templates"


class Rendering:
    def __init__(self, assets: Assets) -> None:
        self._assets = assets
        self._environments: dict[Language, Environment] = {}

    def page(
        self, template: str, visit: "Visit", me: Mapping[str, Any] | None, refused: Refused | None, values: Mapping[str, Any]
    ) -> str:
        return (
            self.environment(visit.language)
            .get_template(template)
            .render(
                visit=visit,
                me=me,
                places=places.of(me),
                language=visit.language,
                languages=NAMES,
                refused=refused,
                errors=refused.errors if refused else {},
                form=visit.form,
                **values,
            )
        )

    def environment(self, language: Language) -> Environment:
        """One for each language and its digits: texts, filters and direction are its own."""
        if language not in self._environments:
            self._environments[language] = self._made(language)
        return self._environments[language]

    def _made(self, language: Language) -> Environment:
        made = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        made.install_gettext_callables(language.text, language.texts, newstyle=True)  # type: ignore[attr-defined]
        made.globals["asset"] = self._assets.address
        made.globals["address"] = address
        made.globals["language"] = language  # macros see globals alone
        made.filters |= {
            "number": language.number,
            "shown": language.shown,
            "day": language.day,
            "date": language.date,
            "clock": language.clock,
            "moment": language.moment,
            "name": language.name_of,
            "given_name": language.given_name_of,
            "text_ur": lambda thing, field: (
                thing.get(f"{field}_ur") if language.name == "ur" and thing.get(f"{field}_ur") else thing.get(field)
            ),
            "said": language.text,  # a sentence of the API, such as a fault's
            "apart": apart,
            "called": lambda word, of="": language.text(words.english(str(word), of)),
            "coloured": words.colour,
        }
        return made
