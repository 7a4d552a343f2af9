"""The words of one moment: what is said in which language, and what of it WhatsApp's templates say."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from services.notifications.wording import catalogues, sentences
from services.notifications.wording.catalogues import Catalogue
from services.notifications.wording.language import Language, described
from services.notifications.wording.texts import NO_TEMPLATE, TEXTS, Text

FALLBACK = ("ur", "en")  # whose words are said where a language has none: families read Urdu rather than English


@dataclass(frozen=True)
class Wording:
    """A text in a language. `version` 0 is the catalogue's; `forms` are as many as the language's plural has."""

    text: Text
    language: Language
    version: int
    subject: str
    forms: tuple[str, ...]

    def sentence(self, children: int) -> str:
        """About so many, its fields still in braces."""
        return self.forms[self._form(children)]

    def template(self, children: int) -> str:
        """The name of its WhatsApp template: about several one of its own where the sentence differs; and of each version."""
        form = self._form(children)
        differs = self.text.many != self.text.one or self.forms[form] != self.forms[0]
        several = f"_several{f'_{form}' if form > 1 else ''}" if form and differs else ""
        return f"rabta_{self.text.name}{several}{f'_v{self.version}' if self.version else ''}"

    def _form(self, children: int) -> int:
        return min(self.language.form(children), len(self.forms) - 1)


Key = tuple[str, str]  # a text's name and a language
Template = tuple[str | None, str | None]  # its name, and its language at Meta


@dataclass(frozen=True)
class Words:
    """All that is in force at one moment. `layers`: catalogues by language, the one that counts first."""

    layers: Mapping[str, tuple[Catalogue, ...]]
    versions: Mapping[Key, tuple[Wording, ...]] = field(default_factory=dict)  # the one in force first, then older ones
    approved: frozenset[tuple[str, str, int]] = frozenset()  # text, language, version: the templates that Meta has approved
    number: int = 0
    _said: dict[Key, Wording] = field(default_factory=dict, repr=False)
    _by_whatsapp: dict[Key, Wording | None] = field(default_factory=dict, repr=False)
    _phrases: dict[Key, str] = field(default_factory=dict, repr=False)
    _templates: dict[Key, Template] = field(default_factory=dict, repr=False)

    def language(self, code: str) -> Language:
        """How it is told; one without a catalogue by what CLDR knows, and what nobody knows as Urdu."""
        layers = self.layers.get(code)
        return layers[0].language if layers else described(code) or self.language(FALLBACK[0])

    def wording(self, text: Text, code: str) -> Wording:
        """What is said to who would like this language."""
        key = (text.name, code)
        found = self._said.get(key)
        if found is None:
            found = self._said[key] = next(self._wordings(text, code))
        return found

    def by_whatsapp(self, text: Text, code: str) -> Wording | None:
        """What WhatsApp says of it in a template: the newest that Meta has approved, up to the version in force. None for a
        text without templates."""
        key = (text.name, code)
        if key not in self._by_whatsapp:
            known = () if text in NO_TEMPLATE else self._wordings(text, code, older=True)
            self._by_whatsapp[key] = next((each for each in known if self.is_approved(each)), None)
        return self._by_whatsapp[key]

    def template_of(self, text: Text, code: str) -> Template:
        """The template about one child, for words that somebody else has made."""
        key = (text.name, code)
        found = self._templates.get(key)
        if found is None:
            wording = self.by_whatsapp(text, code)
            found = self._templates[key] = (wording.template(1), wording.language.at_meta) if wording else (None, None)
        return found

    def phrase(self, words: str, code: str) -> str:
        """Raises LookupError for one that texts.PHRASES has not."""
        key = (words, code)
        found = self._phrases.get(key)
        if found is None:
            if words not in catalogues.wanted():
                raise LookupError(f"no catalogue is asked for {words!r}")
            told = (each.words[words][0] for each in self._catalogues(code) if words in each.words)
            found = self._phrases[key] = next(told, words)
        return found

    def own(self, text: Text, code: str) -> Wording | None:
        """What is in force in the language itself."""
        found = self.wording(text, code)
        return found if found.language.code == code else None

    def of_catalogue(self, text: Text, code: str) -> Wording | None:
        """Version 0 of the language itself."""
        return next(self._of_catalogues(text, code), None)

    def _wordings(self, text: Text, code: str, *, older: bool = False) -> Iterator[Wording]:
        """In the order in which they count; `older`: also versions before the one in force."""
        if TEXTS.get(text.name) is not text:
            raise LookupError(f"texts.TEXTS has no {text.name!r}")
        for each in self._codes(code):
            versions = self.versions.get((text.name, each), ()) if each in self.layers else ()
            yield from versions if older else versions[:1]
            yield from self._of_catalogues(text, each)

    def _of_catalogues(self, text: Text, code: str) -> Iterator[Wording]:
        language, subject = self.language(code), self.phrase(text.subject, code)
        for catalogue in self.layers.get(code, ()):
            if text.one in catalogue.words:
                own = catalogue.language
                told = replace(language, plurals=own.plurals, plural=own.plural)
                yield Wording(text, told, 0, subject, catalogue.words[text.one])
        if code == "en":
            yield Wording(text, language, 0, subject, (text.one, text.many))

    def _catalogues(self, code: str) -> Iterator[Catalogue]:
        for each in self._codes(code):
            yield from self.layers.get(each, ())

    def _codes(self, code: str) -> Iterator[str]:
        yield code
        if code != "en":
            yield from (each for each in FALLBACK if each != code)

    def is_approved(self, wording: Wording) -> bool:
        """The templates that come with us are approved when a chain is set up (docs/wording.md)."""
        code = wording.language.code
        ours = wording.version == 0 and code in catalogues.shipped()
        return ours or (wording.text.name, code, wording.version) in self.approved


def shipped() -> Words:
    return Words({code: (catalogue,) for code, catalogue in catalogues.shipped().items()})


def of_row(words: Words, text: Text, row: Mapping[str, Any]) -> Wording:
    """A version as it is kept, with the plural that it was written for."""
    language = replace(words.language(row["language"]), plurals=len(row["forms"]), plural=row["plural"])
    return Wording(text, language, row["version"], row["subject"], tuple(row["forms"]))


def fits(text: Text, subject: str, forms: Iterable[str]) -> bool:
    """Whether a version has the fields that its text has now."""
    wanted = sentences.fields(text.one)
    same_subject = sentences.fields(subject) == sentences.fields(text.subject)
    return same_subject and all(sentences.fields(each) == wanted for each in forms)
