"""Chromium, started as all that look at the portal want it."""

import os
from pathlib import Path

from playwright.sync_api import Browser, Playwright

from tests.support.chromium import QUIET, chromium, font_settings

# One that beeps. Without its own windows Chromium has none to ask in, whatever a test has allowed: nobody is asked.
MICROPHONE = "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"


def start(playwright: Playwright, folder: Path) -> Browser:
    """Without a window, in the sandbox unless root runs it, with no font but the repository's and no Nastaliq."""
    environment = {**os.environ, **font_settings(folder, nastaliq=False), "HOME": str(folder)}
    return playwright.chromium.launch(
        executable_path=chromium(), chromium_sandbox=os.getuid() != 0, args=[*QUIET, *MICROPHONE], env=environment
    )
