"""`python -m deploy.images [NAME …]`: makes what is in each image without Docker, and starts it. For `make image-check`.

As the Dockerfile has it: an environment with what the locked file names and nothing else, from the package index alone; the
folders that the Dockerfile copies and nothing else. Each of its processes and jobs is started there, on a broker and a database
of its own, becomes ready and ends when it is asked to. What the distribution brings (espeak-ng, jemalloc) is not installed.
"""

import re
import shutil
import signal
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from deploy.local import infrastructure, keys, plan, ports
from deploy.local.processes import free_port
from schoolbus import health

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".run" / "images"
IMAGES = (*plan.SERVICES, "gateway")
PATIENCE = 60.0  # seconds
_FROM = re.compile(r"FROM (\S+)(?: AS (\S+))?")
_COPY = re.compile(r"COPY (?!--from)(\S+) (\S+)")


class NotAnImage(Exception):
    """The text is one line for the person at the terminal."""


def copied(image: str) -> list[Path]:
    """What the Dockerfile copies into an image, below the tree's root. Raises NotAnImage for what .dockerignore keeps away."""
    stages: dict[str, tuple[str, list[str]]] = {}
    name = ""
    for line in (ROOT / "Dockerfile").read_text().replace("${SERVICE}", image).splitlines():
        if found := _FROM.match(line):
            name = found[2] or ""
            stages[name] = (found[1], [])
        elif (found := _COPY.match(line)) and name:
            stages[name][1].append(found[1])
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    folders, stage = [], image
    while stage in stages:
        stage, sources = stages[stage]
        folders += sources
    for each in folders:
        if each.partition("/")[0] not in sent:
            raise NotAnImage(f"{image}: .dockerignore keeps {each} away")
    return [Path(each) for each in folders]


def make(image: str) -> Path:
    """The folder of an image: `app`, and `venv` with Python. Raises NotAnImage."""
    folder = FOLDER / image
    shutil.rmtree(folder, ignore_errors=True)
    for each in copied(image):
        shutil.copytree(ROOT / each, folder / "app" / each, ignore=shutil.ignore_patterns("__pycache__"))
    venv.create(folder / "venv", with_pip=False)
    pip = [sys.executable, "-m", "pip", "--python", folder / "venv" / "bin" / "python", "install", "--quiet", "--no-cache-dir"]
    locked = ROOT / "requirements" / f"{image}.txt"
    installed = subprocess.run([*pip, "--require-hashes", "-r", locked], capture_output=True, text=True, check=False)
    if installed.returncode != 0:
        raise NotAnImage(f"{image}: {installed.stderr.strip().splitlines()[-1]}")
    return folder


def processes(image: str, made: list[plan.Planned]) -> Iterator[plan.Planned]:
    """Those of the platform that run from an image."""
    return (each for each in made if each.name.partition(".")[0] == image and not each.name.endswith(".second"))


def run(folder: Path, process: plan.Planned) -> None:
    """Until it is ready, and to its end. Raises NotAnImage."""
    with (folder / f"{process.name}.log").open("w+") as log:
        begun = _begin(folder, process.module, process.environment, log)
        try:
            _wait_ready(process, begun)
            begun.send_signal(signal.SIGTERM)
            if (code := begun.wait(PATIENCE)) != 0:
                raise NotAnImage(f"{process.name} ended with {code}")
        except (NotAnImage, subprocess.TimeoutExpired) as fault:
            log.seek(0)
            raise NotAnImage(f"{fault}\n{log.read()[-3000:]}") from fault
        finally:
            begun.kill()


def job(folder: Path, module: str, environment: plan.Environment) -> None:
    """Raises NotAnImage."""
    with (folder / "job.log").open("w+") as log:
        if (code := _begin(folder, module, environment, log).wait(PATIENCE)) != 0:
            log.seek(0)
            raise NotAnImage(f"{module} ended with {code}\n{log.read()[-3000:]}")


def _begin(folder: Path, module: str, environment: plan.Environment, log: object) -> "subprocess.Popen[bytes]":
    python = folder / "venv" / "bin" / "python"
    alone = {**environment, "PATH": f"{python.parent}:/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [python, "-m", *module.split()]
    return subprocess.Popen(command, cwd=folder / "app", env=alone, stdout=log, stderr=subprocess.STDOUT)  # type: ignore[call-overload,no-any-return]


def _wait_ready(process: plan.Planned, begun: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if begun.poll() is not None:
            raise NotAnImage(f"{process.name} ended with {begun.returncode} before it was ready")
        try:
            with urlopen(_ready_url(process), timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise NotAnImage(f"{process.name} was not ready in {PATIENCE:.0f} s")


def _ready_url(process: plan.Planned) -> str:
    """The gateway is alone here, and ready only with its services: alive is what can be asked of it."""
    return process.ready_url.replace(health.READY, health.LIVE) if process.name == "gateway" else process.ready_url


def check(images: list[str]) -> None:
    """Raises NotAnImage."""
    state = infrastructure.start(FOLDER / "state", hasty=True)
    try:
        numbers = {name: free_port() for name in ports.DEFAULTS}
        made = plan.processes(numbers, keys.kept(FOLDER), state.amqp_uri, state.mongodb_uri)
        for image in images:
            began = time.monotonic()
            folder = make(image)
            theirs = list(processes(image, made))
            if image in plan.SERVICES:
                job(folder, "schoolbus prepare broker", theirs[0].environment)
                job(folder, f"schoolbus prepare {image}", theirs[0].environment)
            for process in theirs:
                prepared = {"PREPARE": "job"} if image in plan.SERVICES else {}
                run(folder, replace(process, environment={**process.environment, **prepared}))
            names = ", ".join(process.name for process in theirs)
            print(f"{image}: installed, started and ended ({names}) in {time.monotonic() - began:.0f} s", flush=True)
            shutil.rmtree(folder)
    finally:
        state.stop()


def main(words: list[str]) -> int:
    unknown = sorted(set(words) - set(IMAGES))
    if unknown:
        print(f"image-check: no image of {', '.join(unknown)}; there are {', '.join(IMAGES)}", file=sys.stderr)
        return 2
    try:
        check(words or list(IMAGES))
    except NotAnImage as reason:
        print(f"image-check: {reason}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
