"""The set-up on machines that lack this and that: each is a folder of programs, and nothing else is on the PATH."""

import shutil
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ("sh", "cat", "cmp", "cp", "dirname", "env", "grep", "head", "id", "mkdir", "rm", "sed", "tail", "uname")


class Machine:
    """A checkout with its own set of programs. RabbitMQ and MongoDB are given, unless a test takes them away."""

    def __init__(self, folder: Path) -> None:
        self.checkout, self.programs, tools = folder / "rabta", folder / "programs", folder / "tools"
        self.programs.mkdir()
        tools.mkdir()  # apart: what is written here must never go through a link into the real machine
        for tool in TOOLS:
            (tools / tool).symlink_to(str(shutil.which(tool)))
        (self.checkout / "deploy/local").mkdir(parents=True)
        shutil.copy(ROOT / "deploy/local/setup.sh", self.checkout / "deploy/local")
        shutil.copytree(ROOT / "requirements", self.checkout / "requirements")
        self.environment = {
            "PATH": f"{self.programs}:{tools}",
            "AMQP_URI": "amqp://broker",
            "MONGODB_URI": "mongodb://database",
        }

    def has(self, name: str, script: str) -> Path:
        program = self.programs / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        return program

    def has_python(self, name: str, version: tuple[int, int]) -> Path:
        """Answers the question for its version, makes environments of itself, and keeps what pip was asked for."""
        suits = "exit 0" if (3, 11) <= version < (3, 14) else "exit 1"
        return self.has(
            name,
            f"""
case "$*" in
  --version) echo "Python {version[0]}.{version[1]}.0" ;;
  "-m venv"*) mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
  "-m pip"*) echo "$*" >>.run/pip ;;
  *version_info*) {suits} ;;
esac""",
        )

    def sets_up(self, *words: str, **environment: str) -> tuple[int, str]:
        command = ["/bin/sh", str(self.checkout / "deploy/local/setup.sh"), *words]
        done = subprocess.run(
            command, env={**self.environment, **environment}, capture_output=True, text=True, check=False, timeout=60
        )
        return done.returncode, (done.stdout + done.stderr).strip()

    def pip_was_asked(self) -> str:
        return (self.checkout / ".run/pip").read_text()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_the_first_suitable_python_is_taken(machine):
    machine.has_python("python3", (3, 10))
    machine.has_python("python3.12", (3, 12))
    code, said = machine.sets_up()
    assert code == 0
    assert "making .venv with Python 3.12.0" in said


def test_the_named_python_is_taken_or_refused(machine):
    machine.has_python("python3", (3, 11))
    new, old = machine.has_python("mine", (3, 13)), machine.has_python("old", (3, 9))
    assert machine.sets_up(PYTHON=str(old)) == (1, f"setup: PYTHON={old} is not Python 3.11, 3.12 or 3.13")
    assert "making .venv with Python 3.13.0" in machine.sets_up(PYTHON=str(new))[1]


def test_requirements_come_from_the_lock_with_hashes_and_once(machine):
    machine.has_python("python3", (3, 11))
    machine.sets_up()
    assert "--require-hashes -r requirements/dev.txt" in machine.pip_was_asked()
    (machine.checkout / ".run/pip").unlink()
    assert machine.sets_up() == (0, "")
    assert not (machine.checkout / ".run/pip").exists()
    (machine.checkout / "requirements/dev.txt").write_text("another\n")
    assert machine.sets_up() == (0, "setup: installing the locked requirements into .venv")


def test_an_environment_that_was_interrupted_halfway_is_made_anew(machine):
    machine.has_python("python3", (3, 11))
    half = machine.checkout / ".venv/bin/python"
    half.parent.mkdir(parents=True)
    shutil.copy(machine.programs / "python3", half)
    half.write_text(half.read_text().replace('"-m pip"*)', '"-m pip"*) echo No module named pip; exit 1;; old)'))
    code, said = machine.sets_up()
    assert code == 0, said
    assert "making .venv with Python 3.11.0" in said


def test_two_at_once_wait_for_each_other(machine):
    """Both ask for the environment; the one that comes second finds it made, and the first one's log whole."""
    (machine.programs / "flock").symlink_to(str(shutil.which("flock")))
    machine.has_python("python3", (3, 11))
    with ThreadPoolExecutor(2) as pool:
        ended = [made.result() for made in [pool.submit(machine.sets_up) for _ in range(2)]]
    assert [code for code, _ in ended] == [0, 0], ended
    assert sum("making .venv" in said for _, said in ended) == 1
    assert machine.pip_was_asked().count("--require-hashes") == 1


def test_without_packages_to_install_it_says_what_to_bring(machine):
    code, said = machine.sets_up()
    assert code == 1
    assert said.startswith("setup: no apt-get here: install Python 3.11 to 3.13 with venv, RabbitMQ 3.10 or newer")


def test_without_root_it_says_what_root_shall_install(machine):
    machine.has("id", "echo 1000")
    machine.has("apt-get", "exit 1")
    assert machine.sets_up() == (1, "setup: no sudo here: let root run apt-get install python3")


def test_named_programs_and_libraries_are_brought_where_they_are_missing(machine):
    machine.has("id", "echo 1000")
    machine.has("apt-get", "exit 1")
    machine.has("there", "exit 0")
    machine.has_python("python3", (3, 11))
    code, said = machine.sets_up("there", "opusenc", "libnowhere.so.9")
    assert (code, said) == (1, "setup: no sudo here: let root run apt-get install opus-tools libnowhere.so.9")


def test_a_failed_installation_shows_its_end_and_where_the_rest_is(machine):
    machine.has("id", "echo 0")
    machine.has("apt-get", "echo 'No space left on device'; exit 100")
    code, said = machine.sets_up()
    assert code == 1
    assert said.splitlines()[-2:] == [
        "No space left on device",
        "setup: this failed: as_root apt-get update (whole log: .run/setup.log)",
    ]


def test_a_distribution_without_a_suitable_python_is_named(machine):
    machine.has("id", "echo 0")
    machine.has("apt-get", "exit 0")
    machine.has("apt-cache", "echo '  Candidate: (none)'")
    code, said = machine.sets_up()
    assert code == 1
    assert "Python 3.11, 3.12 or 3.13 is not among this distribution's packages" in said


@pytest.mark.skipif(Path("/usr/lib/rabbitmq/bin/rabbitmq-server").exists(), reason="this machine has RabbitMQ")
def test_a_distribution_with_an_old_broker_is_named(machine):
    machine.has("id", "echo 0")
    machine.has("apt-get", "exit 0")
    machine.has("apt-cache", "echo '  Candidate: 3.9.13-1'")
    machine.has_python("python3", (3, 11))
    code, said = machine.sets_up(AMQP_URI="")
    assert code == 1
    assert "this distribution has RabbitMQ 3.9.13, Rabta needs 3.10 or newer" in said


def test_no_mongodb_comes_with_another_kind_of_machine(machine):
    machine.has_python("python3", (3, 11))
    machine.has("uname", "echo Linux aarch64")
    code, said = machine.sets_up(MONGODB_URI="")
    assert code == 1
    assert "install mongod 6.0 or newer, or set MONGODB_URI" in said


def test_a_browser_is_brought_where_it_is_offered(machine):
    package = "chromium-headless-shell"
    machine.has_python("python3", (3, 11))
    machine.has("id", "echo 0")
    machine.has("apt-cache", "echo '  Candidate: 156.0.1-1~deb12u1'")
    machine.has("apt-get", f'echo "$*" >>.run/apt; case "$*" in *install*) echo >{machine.programs}/{package};; esac')
    for held in ("tee", "chmod"):  # no service of the real machine is held back
        machine.has(held, "exit 0")
    code, said = machine.sets_up("--if-offered", "chromium")
    assert code == 0, said
    assert f"installing {package} from the distribution's packages" in said
    assert (machine.checkout / ".run/apt").read_text().splitlines()[-1].endswith(f"--no-install-recommends {package}")


@pytest.mark.parametrize("missing", ["a package", "packages", "a deb", "root", "the network"])
def test_without_a_browser_it_says_so_and_goes_on(machine, missing):
    machine.has_python("python3", (3, 11))
    if missing != "packages":
        machine.has("id", f"echo {1000 if missing == 'root' else 0}")
        machine.has("apt-get", f"exit {int(missing == 'the network')}")
        machine.has("apt-cache", f"echo '  Candidate: {'2:1snap1-0ubuntu2' if missing == 'a deb' else '(none)'}'")
    machine.has("sudo", "exit 1")
    code, said = machine.sets_up("--if-offered", "chromium")
    assert code == 0
    assert said.splitlines()[-1] == (
        "setup: going on without chromium: the tests that need it are skipped, and say how to get it"
    )


@pytest.mark.parametrize("how", ["chromium-headless-shell", "chromium", "google-chrome", "named"])
def test_a_browser_that_is_there_is_left_as_it_is(machine, how):
    machine.has_python("python3", (3, 11))
    program = machine.has(how, "exit 0")
    machine.sets_up()
    assert machine.sets_up("--if-offered", "chromium", **({"CHROMIUM": str(program)} if how == "named" else {})) == (0, "")
