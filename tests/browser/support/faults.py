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


def faults(page: Page) -> list[str]:
    """A sentence for each element that breaks a rule: the rule, the element, how to mend it."""
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [_sentence(rule, element) for rule in found for element in rule["nodes"]]


def no_faults(page: Page) -> None:
    found = faults(page)
    assert not found, f"axe found {len(found)} faults on {page.url}:\n" + "\n".join(found)


def _sentence(rule: dict[str, Any], element: dict[str, Any]) -> str:
    where = " > ".join(str(each) for each in element["target"])
    html = " ".join(element["html"].split())[:200]
    how = " ".join(element.get("failureSummary", "").split())
    return f"  {rule['id']} ({rule['impact']}): {rule['help']}\n    at {where}: {html}\n    {how}\n    {rule['helpUrl']}"
