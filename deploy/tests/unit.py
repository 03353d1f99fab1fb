"""The unit of systemd: its rating, and the service under the unit's restrictions."""

import os
import re
import sys
import tempfile
from pathlib import Path

import binary
import readme
from rows import DEPLOY, ROOT, NotHere, impossible, output, require, row

UNIT = DEPLOY / "systemd/switchboard.service"
MAX_EXPOSURE = 1.5


def settings():
    """The unit's settings: a list of values for each name."""
    found = {}
    for line in UNIT.read_text().splitlines():
        name, separator, value = line.partition("=")
        if separator and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


@row(f"unit: systemd-analyze accepts it and rates it {MAX_EXPOSURE} or better")
def rating():
    with tempfile.TemporaryDirectory() as folder:
        unit = Path(folder) / UNIT.name
        # The program need not be installed on this machine.
        unit.write_text(UNIT.read_text().replace("/usr/local/bin/switchboard", str(binary.program())))
        output("systemd-analyze", "verify", unit)
    report = output("systemd-analyze", "security", "--offline=true", f"--threshold={int(MAX_EXPOSURE * 10)}", UNIT)
    rated = re.search(r"exposure level for \S+: ([0-9.]+)", report).group(1)
    require(float(rated) <= MAX_EXPOSURE, f"the rating is {rated}")
    return f"rating {rated}"


@row("unit: the service works under the unit's folders, user, limits, system calls and address families")
def works():
    """Installs the files by the README's commands, in a mount namespace in which their folders are empty, and starts the service
    as systemd would."""
    if os.geteuid() != 0:
        raise NotHere("a mount namespace needs root")
    report = output(
        "unshare", "--mount", "--propagation=private", sys.executable, Path(__file__).with_name("service.py"), cwd=ROOT
    )
    readme.ran("systemd files")
    return report.strip()


impossible("unit: under a running systemd", "needs a machine that systemd has booted")
