"""The commands of deploy/README.md.

A comment in front of each block of commands names the row that runs it, `<!-- check: ROW -->`, or the reason why no row can,
`<!-- ignored: REASON -->`.
"""

import os
import re

from rows import DEPLOY, output, require

BLOCK = re.compile(r"(?:<!-- (check|ignored): (.+?) -->\n)?```sh\n(.*?)```", re.DOTALL)
_run = set()


def blocks():
    """Lists the blocks of commands as (kind, row or reason, commands)."""
    return BLOCK.findall((DEPLOY / "README.md").read_text())


def run(name, folder, path, shell=("bash", "-euo", "pipefail")):
    """Runs the commands of a row in a folder, with further programs on the path, and returns their output."""
    ran(name)
    commands = "".join(text for kind, of, text in blocks() if (kind, of) == ("check", name))
    require(commands, f"deploy/README.md has no commands for {name}")
    environment = {**os.environ, "PATH": f"{path}:{os.environ['PATH']}"}
    return output(*shell, "-c", commands, cwd=folder, env=environment)


def ran(name):
    """Notes that a row runs these commands, also in another process."""
    _run.add(name)


def every_command_has_a_row():
    for kind, name, text in blocks():
        require(kind, f"these commands have no comment:\n{text}")
        require(kind == "ignored" or name in _run, f"no row ran the commands of {name}")
    ignored = sorted({name for kind, name, _ in blocks() if kind == "ignored"})
    return f"{len(_run)} blocks run; ignored: " + "; ".join(ignored)
