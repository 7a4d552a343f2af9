"""What axe-core finds on a page: https://github.com/dequelabs/axe-core/blob/develop/doc/rule-descriptions.md."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
# Good practice that is no rule of the standard: people who hear a page move by its landmarks and headings.
PRACTICE = [
    "empty-heading",
    "heading-order",
    "landmark-banner-is-top-level",
    "landmark-complementary-is-top-level",
    "landmark-contentinfo-is-top-level",
    "landmark-main-is-top-level",
    "landmark-no-duplicate-banner",
    "landmark-no-duplicate-contentinfo",
    "landmark-no-duplicate-main",
    "landmark-one-main",
    "landmark-unique",
    "page-has-heading-one",
    "region",
    "skip-link",
]
OPTIONS = {
    "runOnly": {"type": "tag", "values": STANDARD},
    "rules": {rule: {"enabled": True} for rule in (*PRACTICE, "target-size")},
    "resultTypes": ["violations"],
}


BY_COLOUR = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}, "resultTypes": ["violations"]}
SCHEMES = "light", "dark"


def faults(page: Page) -> list[str]:
    """A sentence for each element that breaks a rule: the rule, the element, how to mend it. Colours are looked at in both
    schemes, all else as the page is."""
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    here, other = SCHEMES[dark], SCHEMES[not dark]
    found = _found(page, OPTIONS)
    page.emulate_media(color_scheme=other)
    page.evaluate("Promise.allSettled(document.getAnimations().map(each => each.finished)).then(() => true)")
    found += [f"{each}\n    (in the {other} scheme)" for each in _found(page, BY_COLOUR)]
    page.emulate_media(color_scheme=here)
    return found


def no_faults(page: Page) -> None:
    found = faults(page)
    assert not found, f"axe found {len(found)} faults on {page.url}:\n" + "\n".join(found)


def _found(page: Page, options: dict[str, Any]) -> list[str]:
    violations = Axe().run(page, options=options).response["violations"]
    return [_sentence(rule, element) for rule in violations for element in rule["nodes"]]


def _sentence(rule: dict[str, Any], element: dict[str, Any]) -> str:
    where = " > ".join(str(each) for each in element["target"])
    html = " ".join(element["html"].split())[:200]
    how = " ".join(element.get("failureSummary", "").split())
    return f"  {rule['id']} ({rule['impact']}): {rule['help']}\n    at {where}: {html}\n    {how}\n    {rule['helpUrl']}"
