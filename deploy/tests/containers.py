"""The image, and containers of it, without a daemon and without a registry."""

import atexit
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import binary
from rows import DEPLOY, ROOT, VERSION, NotHere, output

IMAGE = f"switchboard:{VERSION}"

# Limits that every machine permits. Debian's crun refuses mixed control groups, so the runtime is runc.
LIMITS = ["--ulimit=nofile=1024:1024", "--ulimit=nproc=4096:4096"]
HARDENED = ["--read-only", "--cap-drop=all", "--security-opt=no-new-privileges"]

_storage = None


def _state():
    """The folder of the images, which exists until the check ends."""
    global _storage
    if os.geteuid() != 0:
        raise NotHere("containers without a daemon need root")
    for name in ("buildah", "podman", "runc"):
        if shutil.which(name) is None:
            raise NotHere(f"the package {name} is missing")
    if _storage is None:
        _storage = Path(tempfile.mkdtemp(prefix="switchboard-images-"))
        atexit.register(_remove)
    return _storage


def _remove():
    """Removes all containers and images of this check."""
    subprocess.run(podman_command("rm", "--all", "--force", "--time=0"), capture_output=True)
    subprocess.run(podman_command("umount", "--all"), capture_output=True)
    subprocess.run(["umount", "--lazy", f"{_storage}/images/overlay"], capture_output=True)
    shutil.rmtree(_storage, ignore_errors=True)


def _places():
    state = _state()
    return [f"--root={state}/images", f"--runroot={state}/run"]


def podman_command(*arguments):
    """The command line of podman with these arguments."""
    return ["podman", *_places(), "--runtime=runc", "--cgroup-manager=cgroupfs", *arguments]


def podman(*arguments):
    """Runs podman and returns its output."""
    return output(*podman_command(*arguments))


def run_command(name, *options, image=IMAGE):
    """The start of a command that runs a container. Arguments of the program may follow."""
    return podman_command(
        "run", f"--name={name}", "--replace", "--network=host", "--no-healthcheck", "--pull=never", *LIMITS, *options, f"localhost/{image}"
    )


def start(name, *options, arguments=()):
    """Starts a container in the background."""
    command = run_command(name, "--detach", *options) + list(arguments)
    output(*command)


def stop(name):
    """Stops a container in order. Returns its exit status."""
    podman("stop", "--time=30", name)
    return exit_status(name)


def exit_status(name):
    return int(podman("inspect", "--format={{.State.ExitCode}}", name))


def logs(name):
    done = subprocess.run(podman_command("logs", name), capture_output=True, text=True)
    return done.stdout + done.stderr


def build(tag=IMAGE):
    """Builds the image from the Dockerfile, with the finished binary in place of the stage that needs a registry."""
    context = f"--build-context=binary={binary.folder()}"
    revision = os.environ.get("SWITCHBOARD_REVISION", "unknown")
    output(
        "buildah", *_places(), "bud", "--isolation=chroot", "--format=docker", context, f"--build-arg=REVISION={revision}",
        f"--file={DEPLOY}/Dockerfile", f"--tag=localhost/{tag}", ROOT,
    )  # fmt: skip
    return json.loads(podman("image", "inspect", f"localhost/{tag}"))[0]


def paths():
    """The paths in the image, by an archive of its files."""
    podman("create", "--name=paths", "--replace", f"localhost/{IMAGE}")
    archive = _state() / "files.tar"
    podman("export", f"--output={archive}", "paths")
    podman("rm", "paths")
    listed = output("tar", "--list", "--file", archive).split()
    return {line.rstrip("/") for line in listed}


def docker_stand_in():
    """A folder with a program `docker`, which passes the commands of the README to buildah and podman."""
    folder = _state() / "programs"
    folder.mkdir(exist_ok=True)
    program = folder / "docker"
    places = " ".join(_places())
    limits = " ".join(LIMITS)
    program.write_text(
        "#!/usr/bin/env bash\nset -euo pipefail\ncommand=$1\nshift\n"
        f"podman=(podman {places} --runtime=runc --cgroup-manager=cgroupfs)\n"
        'case $command in\n'
        f'build) exec buildah {places} bud --isolation=chroot --format=docker --build-context=binary={binary.folder()} "$@" ;;\n'
        f'run) exec "${{podman[@]}}" run --network=host --no-healthcheck {limits} "$@" ;;\n'
        '*) exec "${podman[@]}" "$command" "$@" ;;\nesac\n'
    )
    program.chmod(0o755)
    return folder

