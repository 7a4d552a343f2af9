"""Debian's Chromium without a window: how a page looks, and what its policy forbids."""

import os
import subprocess
import threading
from collections.abc import Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.support.processes import ROOT
from tests.support.programs import bring, found

_FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>"""


@contextmanager
def served(body: bytes, headers: Mapping[str, str]):
    """The answer at an address of its own."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_page = self.path == "/"
            self.send_response(200 if is_page else 404)
            for name, value in headers.items() if is_page else ():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body if is_page else b"")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def looked_at(body: bytes, headers: Mapping[str, str], folder: Path, size: str = "1240,1720") -> tuple[Path, list[str]]:
    """The picture of a page, and what the browser complained of."""
    bring("chromium")
    folder.mkdir(exist_ok=True)
    fonts, picture = folder / "fonts.conf", folder / "page.png"
    fonts.write_text(_FONTS.format(fonts=ROOT / "schoolbus" / "fonts", cache=folder / "fonts"))
    with served(body, headers) as address:
        command = [str(found("chromium")), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        command += ["--enable-logging=stderr", f"--user-data-dir={folder / 'profile'}", f"--window-size={size}"]
        command += [f"--screenshot={picture}", address]
        done = subprocess.run(
            command, env={**os.environ, "FONTCONFIG_FILE": str(fonts)}, capture_output=True, text=True, timeout=180
        )
    assert done.returncode == 0, done.stderr
    return picture, [line for line in done.stderr.splitlines() if "CONSOLE" in line]
