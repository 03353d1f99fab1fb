"""The unit's filters of system calls, loaded as systemd loads them."""

import errno
import mmap
import socket
import subprocess

import pyseccomp as seccomp
from rows import require


def filters(settings):
    """Prepares the filters: a function that loads them. From then on the process, and all that it starts, may do only what the
    unit permits. It cannot gain privileges any more."""
    allowed, denied = settings["SystemCallFilter"]
    require(denied.startswith("~"), f"the second filter is {denied}")
    names = members(allowed.split()) - members(denied[1:].split())
    require(settings["MemoryDenyWriteExecute"] == ["yes"], "memory may be writable and executable")
    program = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))
    for name in sorted(names - {"mmap", "mprotect", "pkey_mprotect", "socket"}):
        try:
            program.add_rule(seccomp.ALLOW, name)
        except (OSError, ValueError):
            continue  # a system call of another architecture
    not_executable = seccomp.Arg(2, seccomp.MASKED_EQ, mmap.PROT_EXEC, 0)
    for name in ("mmap", "mprotect", "pkey_mprotect"):
        program.add_rule(seccomp.ALLOW, name, not_executable)
    both = mmap.PROT_EXEC | mmap.PROT_WRITE
    program.add_rule(seccomp.ALLOW, "mmap", seccomp.Arg(2, seccomp.MASKED_EQ, both, mmap.PROT_EXEC))
    for family in settings["RestrictAddressFamilies"][0].split():
        program.add_rule(seccomp.ALLOW, "socket", seccomp.Arg(0, seccomp.EQ, int(getattr(socket, family))))
    return program.load


def members(groups):
    """The system calls of groups, which may contain groups."""
    found = set()
    for group in groups:
        listed = subprocess.run(["systemd-analyze", "syscall-filter", group], capture_output=True, text=True, check=True).stdout
        entries = [line.strip() for line in listed.splitlines()[1:] if not line.strip().startswith("#")]
        found |= {entry for entry in entries if entry and not entry.startswith("@")}
        found |= members([entry for entry in entries if entry.startswith("@")])
    return found
