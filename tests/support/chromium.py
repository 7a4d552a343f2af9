"""Chromium without a window: how a page looks, and what its policy forbids."""

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.support.processes import ROOT

# Those of the repository and no other, so that a page looks alike on every machine. The Nastaliq is left out where a page
# brings its own: a phone has none.
_FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir>{without}</fontconfig>"""
_NO_NASTALIQ = "<selectfont><rejectfont><glob>*Nastaliq*</glob></rejectfont></selectfont>"

# Chromium without its own windows before the whole browser: to that one a new profile for a test is a window with buttons,
# which takes several times what the page takes.
NAMES = "chromium-headless-shell", "chromium", "google-chrome"
HOW = "root can: apt-get install chromium-headless-shell"
HOW_ON_UBUNTU = (
    "Ubuntu's package is a snap, which sees no file of the tests: install Google Chrome's .deb (google.com/chrome), "
    "or set CHROMIUM to any Chromium or Chrome"
)
# Nothing but the pages asked for, and those on this machine alone.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-pings",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
)


def chromium() -> str:
    """The program that CHROMIUM names, or the machine's own; a test that needs one is skipped where none can be had."""
    named = os.environ.get("CHROMIUM")
    how = f"CHROMIUM={named} is no program" if named else HOW_ON_UBUNTU if _is_ubuntu() else HOW
    return _found(named) or pytest.skip(f"no Chromium here: {how}")


@cache
def _found(named: str | None) -> str | None:
    if named:
        return shutil.which(named)
    if not any(map(shutil.which, NAMES)):
        subprocess.run(["sh", "deploy/local/setup.sh", "--if-offered", "chromium"], cwd=ROOT, capture_output=True)
    return next(filter(None, map(shutil.which, NAMES)), None)


def _is_ubuntu() -> bool:
    release = Path("/etc/os-release")
    return release.exists() and "\nID=ubuntu\n" in f"\n{release.read_text()}\n"


def font_settings(folder: Path, nastaliq: bool = True) -> dict[str, str]:
    """The environment in which a program has the repository's fonts."""
    settings = folder / "fonts.conf"
    without = "" if nastaliq else _NO_NASTALIQ
    settings.write_text(_FONTS.format(fonts=ROOT / "schoolbus" / "fonts", cache=folder / "fonts", without=without))
    return {"FONTCONFIG_FILE": str(settings)}


@contextmanager
def serving(files: Mapping[str, bytes], headers: Mapping[str, str]) -> Iterator[str]:
    """Files by their paths, all with these headers, at an address of their own."""

    class Files(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = files.get(self.path.partition("?")[0])
            self.send_response(404 if body is None else 200)
            for name, value in headers.items() if body is not None else ():
                self.send_header(name, value)
            if self.path.endswith(".js"):
                self.send_header("Content-Type", "text/javascript")
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Files)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def looked_at(body: bytes, headers: Mapping[str, str], folder: Path, size: str = "1240,1720") -> tuple[Path, list[str]]:
    """The picture of a page, and what the browser complained of."""
    program = chromium()
    folder.mkdir(exist_ok=True)
    picture = folder / "page.png"
    with serving({"/": body}, headers) as address:
        command = [program, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", *QUIET]
        command += ["--enable-logging=stderr", f"--user-data-dir={folder / 'profile'}", f"--window-size={size}"]
        command += [f"--screenshot={picture}", address]
        environment = {**os.environ, **font_settings(folder)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    return picture, [line for line in done.stderr.splitlines() if "CONSOLE" in line]
