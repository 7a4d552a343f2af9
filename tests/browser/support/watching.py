"""What a page complains of, and what goes over the wire while it loads: by the browser's own protocol."""

import re
from collections import Counter
from typing import Any

from playwright.sync_api import CDPSession, ConsoleMessage, Page

# What Chromium says of its own and no page can help.
NOT_OURS = ("Download is starting", "Banner not shown: beforeinstallpromptevent")


class Watch:
    """One page from its first request on. `complaints` are of its whole life; `bytes` of the document that is shown."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.bytes: Counter[str] = Counter()  # over the wire, headers included, by type: Document, Stylesheet, Font …
        self.requests: dict[str, str] = {}  # address by Chromium's id of the request
        self._types: dict[str, str] = {}
        page.on("console", self._says)
        page.on("pageerror", lambda error: self.complaints.append(f"an error nobody caught: {error}"))
        self.protocol: CDPSession = page.context.new_cdp_session(page)
        self.protocol.on("Network.requestWillBeSent", self._asks)
        self.protocol.on("Network.loadingFinished", self._has)
        self.protocol.on("Audits.issueAdded", self._audits)
        for domain in ("Network", "Audits"):
            self.protocol.send(f"{domain}.enable")

    def unexpected(self, expected: list[str]) -> list[str]:
        return [each for each in self.complaints if not any(re.search(pattern, each) for pattern in expected)]

    def _says(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(NOT_OURS):
            self.complaints.append(f"console {message.type}: {message.text} ({message.location.get('url')})")

    def _audits(self, event: dict[str, Any]) -> None:
        issue = event["issue"]
        if issue["code"] == "ContentSecurityPolicyIssue":
            found = issue["details"]["contentSecurityPolicyIssueDetails"]
            what = found.get("blockedURL") or found["contentSecurityPolicyViolationType"]
            self.complaints.append(f"Content-Security-Policy: {found['violatedDirective']} forbids {what}")

    def _asks(self, event: dict[str, Any]) -> None:
        if event.get("type") == "Document" and event["requestId"] == event["loaderId"] and not event.get("redirectResponse"):
            self.bytes.clear()
            self.requests.clear()
        self.bytes[event.get("type", "Other")] += int(event.get("redirectResponse", {}).get("encodedDataLength", 0))
        self.requests[event["requestId"]] = event["request"]["url"]
        self._types[event["requestId"]] = event.get("type", "Other")

    def _has(self, event: dict[str, Any]) -> None:
        self.bytes[self._types.get(event["requestId"], "Other")] += int(event["encodedDataLength"])
