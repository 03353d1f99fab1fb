"""The rows of the check: each proves one thing, or says why this machine cannot."""

import os
import subprocess
import time
import tomllib
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
VERSION = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]


class NotHere(Exception):
    """The reason why this machine cannot run a row."""


class Failed(Exception):
    """The reason why a row failed."""


_ROWS = []


def row(name, impossible=None):
    """Registers a function as a row. It returns its evidence in a few words. `impossible` is the reason of a row that no machine of
    the project can run; such a row does not fail the check."""

    def register(function):
        _ROWS.append((name, function, impossible))
        return function

    return register


def impossible(name, reason):
    """Registers a row that no machine of the project can run."""
    row(name, impossible=reason)(lambda: None)


def run_all():
    """Runs all rows, prints a line for each, and returns the number of rows that passed and that failed."""
    passed = failed = 0
    for name, function, reason in _ROWS:
        began = time.monotonic()
        if reason:
            print(f"not here          {name}: {reason}", flush=True)
            continue
        try:
            evidence = function()
            word, detail, passed = "ok", evidence, passed + 1
        except NotHere as why:
            # Every machine of the project can run this row.
            word, detail = "not here", why
            failed += "CI" in os.environ
        except Exception as why:  # noqa: BLE001
            word, detail, failed = "FAILED", why, failed + 1
            if not isinstance(why, Failed):
                detail = traceback.format_exc()
        seconds = time.monotonic() - began
        print(f"{word:9}{seconds:6.1f} s {name}: {detail}", flush=True)
    return passed, failed


def require(condition, message):
    """Fails the row unless the condition holds."""
    if not condition:
        raise Failed(message)


def output(*command, **options):
    """Runs a command and returns its standard output. Fails the row, with all output, unless the command succeeds."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    if done.returncode != 0:
        shown = " ".join(str(part) for part in command)
        raise Failed(f"`{shown}` exited with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def until(condition, what, seconds=20.0):
    """Waits until the condition returns a true value, and returns it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise Failed(f"{what}: not within {seconds} s")
