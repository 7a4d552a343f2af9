"""Under which licences the images' libraries are: none may ask that what uses it is given away under its own terms."""

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from deploy.security.accepted import judged
from deploy.security.locks import locked
from deploy.security.step import PARTS, ROOT, Finding, NotDone

# Those of files (MPL) and of libraries (LGPL) are met by libraries that are used as they are.
_FREE = re.compile(
    r"\b(MIT|BSD|Apache|ISC|0BSD|PSF|Python Software Foundation|Python-2|Zlib|HPND|Unlicense|public domain|MPL|Mozilla Public"
    r"|LGPL|GNU Lesser|CNRI|ZPL|Zope|BSL-1|MIT-CMU)\b",
    re.IGNORECASE,
)
_COPYLEFT = re.compile(r"\b(A?GPL|GNU (?:Affero )?General Public|EUPL|SSPL|BUSL|CC-BY-(?:SA|NC))", re.IGNORECASE)


def look() -> list[Finding]:
    found = {}
    for each in locked(ROOT / "requirements" / f"{part}.txt" for part in PARTS):
        try:
            told = licence(distribution(each.name))
        except PackageNotFoundError:
            if _for_others(each.name):
                continue
            raise NotDone(f"{each.name} is not installed here: make setup") from None
        if not is_free(told):
            what = f"licence {told[:100]!r}" if told else "it says no licence"
            found[each.name] = Finding(what, each.name, "replace it, or say in accepted.toml [licences] why it may ship")
    return judged(found, "licences")


def licence(package: Distribution) -> str:
    """PEP 639's expression, or what older metadata say: classifiers, and the field's first line, which may be all of it."""
    meta = package.metadata
    if expression := meta.get("License-Expression"):
        return expression
    classified = [each.rpartition(" :: ")[2] for each in meta.get_all("Classifier", []) if each.startswith("License ::")]
    return ", ".join([*classified, *(meta.get("License") or "").strip().splitlines()[:1]])


def is_free(told: str) -> bool:
    """Of a choice (`OR`), one is enough."""
    return any(_FREE.search(each) and not _COPYLEFT.search(each) for each in re.split(r"\bOR\b", told))


def _for_others(name: str) -> bool:
    """A lock is for every platform: what another one needs is not installed on ours."""
    lines = [line for part in PARTS for line in (ROOT / "requirements" / f"{part}.txt").read_text().splitlines()]
    return any(line.startswith(f"{name}==") and ";" in line for line in lines)
