"""Runs the unit's service as systemd would, without systemd. Needs a mount namespace of its own: it hides folders of the machine.

    unshare --mount service.py
"""

import json
import os
import resource
import shutil
import signal
import subprocess
from pathlib import Path

import gateway
import readme
import restrictions
import unit
from rows import ROOT, output, require

USER = 64123
HIDDEN = ["/usr/local/bin", "/etc/systemd/system", "/run", "/var/lib"]
KEY_OF_SIMULATOR = "sandbox-key-qcall-opens-nothing"


def main():
    settings = unit.settings()
    credentials = install(settings)
    state = Path("/var/lib") / settings["StateDirectory"][0]
    state.mkdir(mode=int(settings["StateDirectoryMode"][0], 8))
    os.chown(state, USER, USER)
    command = settings["ExecStart"][0].split()
    environment = {"SWITCHBOARD__VENDORS__QCALL__BASE_URL": "http://127.0.0.1:8090/qcall/api/v1"}
    load = restrictions.filters(settings)
    service = subprocess.Popen(
        command, cwd=state, env=environment, preexec_fn=lambda: restrict(settings, load), stderr=subprocess.PIPE, text=True
    )
    vendor = subprocess.Popen([command[0], "sandbox"], stdout=subprocess.DEVNULL)
    try:
        gateway.until_ready()
        status = Path(f"/proc/{service.pid}/status").read_text()
        require("\nSeccomp:\t2\n" in status and f"\nUid:\t{USER}\t" in status, f"it is not restricted:\n{status}")
        key = (credentials / "api-key").read_text().strip()
        gateway.require_agent(key, gateway.create(key, "under-the-unit"))
        service.send_signal(signal.SIGHUP)
        gateway.require_agent(key, gateway.create(key, "after-a-reload"))
        service.send_signal(signal.SIGTERM)
        _, log = service.communicate(timeout=40)
        require(service.returncode == 0, f"it exited with {service.returncode}:\n{log}")
        events = [json.loads(line) for line in log.splitlines()]
        problems = [event for event in events if event["level"] in ("WARN", "ERROR")]
        require(not problems, f"it logged {problems}")
        require((state / "switchboard.db").exists(), f"the database is not in {state}")
    finally:
        for process in (service, vendor):
            process.kill()
    print("installed by the README, served, reloaded, stopped")


def install(settings):
    """Runs the README's commands and copies the credentials to the service's own folder, which is returned."""
    for folder in HIDDEN:
        output("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", folder)
    empty = Path("/run/empty-etc")
    # /etc has files that the programs need, so only the service's own folder is hidden.
    empty.mkdir()
    Path("/etc/switchboard").mkdir(exist_ok=True)
    output("mount", "--bind", empty, "/etc/switchboard")
    programs = Path("/run/programs")
    programs.mkdir()
    readme.run("systemd files", ROOT, programs)
    (Path("/etc/switchboard/credentials") / "qcall-key").write_text(KEY_OF_SIMULATOR)
    own = Path("/run/credentials/switchboard.service")
    own.mkdir(parents=True)
    for credential in settings["LoadCredential"]:
        name, source = credential.split(":", 1)
        shutil.copy(source, own / name)
        os.chown(own / name, USER, USER)
        (own / name).chmod(0o400)
    return own


def restrict(settings, load):
    """Applies the unit's user, limits and filters to this process, which becomes the service."""
    os.umask(int(settings["UMask"][0], 8))
    # A container may forbid to raise the limit, which systemd does.
    limit = min(int(settings["LimitNOFILE"][0]), resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.setgroups([])
    os.setresgid(USER, USER, USER)
    os.setresuid(USER, USER, USER)
    load()


if __name__ == "__main__":
    main()
