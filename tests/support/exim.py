"""A mail server as a distribution has it: Exim, private to a test, on a loopback port and in a folder of its own.

It is two servers in one: `school.test` takes bounces to bounces+CODE@, `home.test` has one mailbox, mother@, and what else
comes there comes back. Everything that it delivers becomes a file in `folder/mail/NAME/new`.
"""

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from deploy.local.processes import free_port
from tests.support.programs import bring, found
from tests.support.waiting import eventually

CONFIGURATION = """
primary_hostname = mail.school.test
daemon_smtp_ports = {port}
local_interfaces = 127.0.0.1
spool_directory = {folder}/spool
log_file_path = {folder}/log/%slog
pid_file_path = {folder}/exim.pid
exim_user = {user}
exim_group = {group}
never_users =
deliver_drop_privilege = true
domainlist local_domains = school.test : home.test
acl_smtp_rcpt = take
acl_smtp_data = take
smtp_accept_max = 50
queue_only = false
tls_advertise_hosts =
keep_environment =
begin acl
take:
  accept
begin routers
mother:
  driver = accept
  domains = home.test
  local_parts = mother
  transport = mother
bounces:
  driver = accept
  domains = school.test
  local_parts = bounces
  local_part_suffix = +*
  local_part_suffix_optional
  transport = bounces
begin transports
mother:
  driver = appendfile
  directory = {folder}/mail/mother
  maildir_format
  create_directory
  envelope_to_add
  return_path_add
bounces:
  driver = appendfile
  directory = {folder}/mail/bounces
  maildir_format
  create_directory
  envelope_to_add
  return_path_add
begin retry
* * F,1h,1s
"""


class Exim:
    def __init__(self) -> None:
        bring("exim4")
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="rabta-exim-"))
        user = "Debian-exim" if os.getuid() == 0 else getpass.getuser()
        group = "Debian-exim" if os.getuid() == 0 else str(os.getgid())
        for name in ("spool", "log", "mail"):
            (self.folder / name).mkdir()
        settings = self.folder / "exim.conf"
        settings.write_text(CONFIGURATION.format(port=self.port, folder=self.folder, user=user, group=group))
        if os.getuid() == 0:
            for each in (self.folder, *self.folder.iterdir()):
                shutil.chown(each, user, group)
        program = found("exim4")
        assert program is not None
        command = [program, "-C", str(settings), "-bdf", "-q1h"]
        given: dict[str, Any] = {"user": user, "group": group, "extra_groups": []} if os.getuid() == 0 else {}
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, **given)
        eventually(self._listens)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def received(self, name: str) -> list[bytes]:
        return [path.read_bytes() for path in sorted((self.folder / "mail" / name / "new").glob("*"))]

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _listens(self) -> bool:
        assert self._process.poll() is None, "exim ended"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0
