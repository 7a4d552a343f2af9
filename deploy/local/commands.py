"""What `make run`, `make stop` and `make status` do."""

import json
import os
import sys
import threading
import time
from pathlib import Path

import requests
from honcho.manager import Manager

from deploy.local import demo_chain, infrastructure, keys, plan, ports
from deploy.local.console import Console, say
from deploy.local.demo_chain import Operator, SignIns
from deploy.local.plan import Planned
from deploy.local.processes import CannotStart, Ledger, last_words, wait_for_end

ROOT = Path(__file__).parents[2]
FOLDER = Path(os.environ.get("PLATFORM_FOLDER") or ROOT / ".run/platform")  # a second platform needs its own, and its own ports
PORTS = "ports.json"  # in the folder: those of its run, for whoever asks from elsewhere
PATIENCE = 90  # seconds until all are ready


class Platform:
    """One run: from the broker and the database to the demo chain, and back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = ports.read()
        self.address = plan.url(self.ports["GATEWAY_PORT"])
        self.console = Console(folder / "logs", Ledger(folder))
        self.manager = Manager(printer=self.console)
        self.fault: str | None = None

    def run(self) -> int:
        ports.check(_wanted(self.ports))
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / PORTS).write_text(json.dumps(self.ports))
        say("starting RabbitMQ and MongoDB")
        private = infrastructure.Ports(*(self.ports[f"{name}_PORT"] for name in ("RABBITMQ", "RABBITMQ_MANAGEMENT", "MONGODB")))
        started = infrastructure.start(self.folder, ports=private, keep=True)
        try:
            self.keys = keys.kept(self.folder)
            self._run_processes(plan.processes(self.ports, self.keys, started.amqp_uri, started.mongodb_uri))
        finally:
            say("stopping")
            started.stop()
        if self.fault:
            raise CannotStart(self.fault)
        say("stopped")
        return 0

    def _run_processes(self, processes: list[Planned]) -> None:
        say(f"starting {len(processes)} processes")
        for process in processes:
            self.manager.add_process(process.name, process.command, env=process.environment, cwd=str(ROOT))
        threading.Thread(target=self._guide, args=(processes,), name="guide", daemon=True).start()
        self.manager.loop()
        if self.console.ended and not self._asked_to_stop():
            name, code = next(iter(self.console.ended.items()))
            log = self.console.log_of(name)
            self.fault = self.fault or f"{name} ended with code {code}: {last_words(log)} (whole log: {log})"

    def _asked_to_stop(self) -> bool:
        return self.manager.returncode in (130, 143)  # honcho's for SIGINT and SIGTERM

    def _guide(self, processes: list[Planned]) -> None:
        """What happens beside honcho's loop: wait, import, welcome."""
        try:
            self._wait_ready(processes)
            operator = Operator(self.address, plan.OPERATOR, self.keys["OPERATOR_PASSWORD"])
            demo_chain.approve_templates(plan.url(self.ports["PHONES_PORT"]), self.keys["WHATSAPP_ACCESS_TOKEN"])
            signs_in = demo_chain.set_up(operator, self.folder, self.keys["DEMO_PASSWORD"], say)
        except (CannotStart, requests.RequestException, OSError) as error:
            if not self.console.ended:  # else that is the fault, and this only follows from it
                self.fault = str(error)
            self.manager.terminate()
        else:
            self._welcome(signs_in)
            self.console.shows = True

    def _wait_ready(self, processes: list[Planned]) -> None:
        waiting = {process.name: process for process in processes}
        deadline = time.monotonic() + PATIENCE
        while waiting:
            if self.console.ended:
                raise CannotStart("one of them ended")
            if time.monotonic() > deadline:
                raise CannotStart(f"not ready after {PATIENCE} s: {', '.join(waiting)} (see {self.console.logs})")
            for name in [name for name, process in waiting.items() if _is_ready(process)]:
                del waiting[name]
                say(f"ready: {name}")
            time.sleep(0.1)

    def _welcome(self, signs_in: SignIns) -> None:
        say(
            _WELCOME.format(
                address=self.address,
                phones=plan.url(self.ports["PHONES_PORT"]),
                operator=plan.OPERATOR,
                operator_password=self.keys["OPERATOR_PASSWORD"],
                password=self.keys["DEMO_PASSWORD"],
                logs=os.path.relpath(self.console.logs),
                **vars(signs_in),
            )
        )


_WELCOME = """
Rabta is ready at {address}

  operator   {operator}  {operator_password}
  head       {head}  {password}
  teacher    {teacher}  {password}
  guardian   {guardian_phone}  ({guardian_name}; a code comes to the phone)

  {address}/   the portal: sign in as any of these
  {phones}/   the parents' phones: read what comes, and the guardian's code; answer it
  {address}/docs   all that can be asked, to read; for programs {address}/openapi.json
  make tour   in another terminal: homework, a meeting, a report card, step by step
  {branch_without_meetings} does not subscribe to meetings
  logs in {logs}; Ctrl-C or `make stop` ends everything
"""


def _wanted(every: dict[str, int]) -> dict[str, int]:
    """Without the ports of what is given from outside."""
    given = {"RABBITMQ": "AMQP_URI", "MONGODB": "MONGODB_URI"}
    return {name: port for name, port in every.items() if not os.environ.get(given.get(name.partition("_")[0], ""))}


def _is_ready(process: Planned) -> bool:
    try:
        return requests.get(process.ready_url, timeout=2).ok
    except requests.RequestException:
        return False


def _where(folder: Path) -> str:
    """Where the run in this folder is to be found, which may have been given other ports than this command."""
    try:
        return f" at {plan.url(json.loads((folder / PORTS).read_text())['GATEWAY_PORT'])}"
    except (OSError, ValueError):
        return ""


def run() -> int:
    ledger = Ledger(FOLDER)
    if owner := ledger.owner():
        say(f"Rabta is already running{_where(FOLDER)} (process {owner.pid}); `make stop` ends it")
        return 0
    ledger.end()  # what a run that was killed has left
    return Platform(FOLDER).run()


def stop() -> int:
    ledger = Ledger(FOLDER)
    if owner := ledger.owner():
        say("stopping")
        owner.terminate()
        wait_for_end(owner)
    elif not ledger.entries():
        say("nothing is running")
        return 0
    ledger.end()
    say("stopped")
    return 0


def status() -> int:
    alive = [entry for entry in Ledger(FOLDER).entries() if entry.process()]
    for entry in alive:
        say(f"{entry.pid:>8}  {'make run' if entry.name == Ledger.OWNER else entry.name}")
    if not alive:
        say("nothing is running")
    return 0


COMMANDS = {"run": run, "stop": stop, "status": status}


def do(command: str) -> int:
    """The exit code; what keeps it from its work is one line."""
    try:
        return COMMANDS[command]()
    except (CannotStart, OSError) as fault:
        print(f"rabta: {fault}", file=sys.stderr)
    return 1
