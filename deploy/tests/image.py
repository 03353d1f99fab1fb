"""The image of the Dockerfile: its content, its start and stop, and its death."""

import json
import subprocess
import tempfile
import threading
import time
from hashlib import sha256
from pathlib import Path

import containers
import gateway
import readme
from rows import DEPLOY, ROOT, Failed, impossible, output, require, row, until

MAX_BYTES = 40_000_000
MAX_START = 0.1
STARTS = 20
MAX_STOP = 2.0
KILLS = 20
DEVELOPMENT_KEY = "development-key-for-the-sandbox"

impossible("Dockerfile: the stage that builds", "needs an image registry; its only command, deploy/build, made the binary of this check")
impossible("Dockerfile: arm64", "needs a machine of that architecture; the Dockerfile names none")


@row("Dockerfile: hadolint finds nothing")
def lint():
    output("hadolint", "--no-color", DEPLOY / "Dockerfile")
    return "no rule ignored"


@row("image: two paths, an ordinary user, at most 40 MB")
def content():
    image = containers.build()
    config = image["Config"]
    require(config["User"] == "65532:65532", f"the user is {config['User']}")
    require(config["Entrypoint"] == ["/switchboard"] and config["Cmd"] == ["serve"], f"it runs {config}")
    require(image["Size"] <= MAX_BYTES, f"the image has {image['Size']} bytes")
    require("Healthcheck" in image or "Healthcheck" in config, "the image has no health check")
    listed = {path for path in containers.paths() if path not in RUNTIME}
    require(listed == {"switchboard", "var", "var/lib", "var/lib/switchboard"}, f"the image has {sorted(listed)}")
    return f"{image['Size'] / 1e6:.1f} MB"


# Mount points that podman adds to every container.
RUNTIME = {"dev", "etc", "proc", "run", "sys", "etc/hosts", "etc/hostname", "etc/resolv.conf", "etc/mtab", "run/.containerenv"}


@row("image: the README's commands answer; read-only root, no capabilities; health; stops in order")
def runs():
    programs = containers.docker_stand_in()
    readme.run("docker build", ROOT, programs)
    # The command of the README stays in the foreground, until the container is stopped.
    running = threading.Thread(target=lambda: readme.run("docker run", ROOT, programs), daemon=True)
    running.start()
    try:
        gateway.until_ready()
        answer = json.loads(readme.run("first agent", ROOT, programs))
        require(answer["translation"]["fidelity"], f"the answer is {answer}")
    finally:
        containers.podman("stop", "--latest", "--time=30")
    running.join(timeout=30)

    containers.start("checked", *containers.HARDENED, arguments=["serve", "--sandbox"])
    gateway.until_ready()
    gateway.create(DEVELOPMENT_KEY, "in-a-container")
    process = int(containers.podman("inspect", "--format={{.State.Pid}}", "checked"))
    status = dict(line.split(":\t", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines() if ":\t" in line)
    require(status["Uid"].split()[0] == "65532", f"it runs as {status['Uid']}")
    require(int(status["CapEff"], 16) == 0 and status["NoNewPrivs"] == "1", f"it has {status['CapEff']}")
    containers.podman("exec", "checked", "/switchboard", "health")
    began = time.monotonic()
    code = containers.stop("checked")
    stopped = time.monotonic() - began
    require(code == 0, f"it exited with {code}:\n{containers.logs('checked')}")
    require(stopped <= MAX_STOP, f"it stopped after {stopped:.2f} s")
    return f"stopped in {stopped:.2f} s"


@row("image: ready within 100 ms")
def starts():
    """Measures the binary of the image in its root directory. The start of the container itself takes longer, and is podman's."""
    with tempfile.TemporaryDirectory() as folder:
        containers.podman("create", "--name=files", "--replace", f"localhost/{containers.IMAGE}")
        containers.podman("export", f"--output={folder}/files.tar", "files")
        output("tar", "--extract", "--same-owner", "--file", f"{folder}/files.tar", "--directory", folder)
        # The sources of random numbers, which every container has.
        Path(folder, "dev").mkdir(exist_ok=True)
        for name, number in (("random", "8"), ("urandom", "9")):
            output("mknod", "--mode=666", f"{folder}/dev/{name}", "c", "1", number)
        Path(folder).chmod(0o755)
        measured = []
        # A start may coincide with other work of the machine.
        while len(measured) < STARTS and min(measured, default=MAX_START + 1) > MAX_START:
            measured.append(start_once(folder))
    best = min(measured)
    require(best <= MAX_START, f"ready after {best * 1000:.0f} ms at best, in {len(measured)} starts")
    return f"{best * 1000:.0f} ms, in {len(measured)} starts"


def start_once(folder):
    began = time.monotonic()
    command = ["chroot", "--userspec=65532:65532", folder, "/switchboard", "serve", "--sandbox"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        gateway.until_ready()
        return time.monotonic() - began
    finally:
        process.terminate()
        process.wait()


@row(f"image: killed {KILLS} times with a volume, no acknowledged write is lost")
def survives():
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        place.chmod(0o755)
        (place / "switchboard.toml").write_text(CONFIGURATION)
        (place / "qcall-key").write_text("sandbox-key-qcall-opens-nothing")
        options = [
            *containers.HARDENED, "--env=SWITCHBOARD_CONFIG=/etc/switchboard/switchboard.toml",
            f"--volume={place}:/etc/switchboard:ro", "--volume=killed:/var/lib/switchboard",
        ]  # fmt: skip
        containers.start("vendor", arguments=["sandbox", "--listen", "127.0.0.1:8090"])
        acknowledged = []
        try:
            for death in range(KILLS):
                containers.start("killed", *options)
                gateway.until_ready()
                acknowledged += write_until_killed(death)
            containers.start("killed", *options)
            gateway.until_ready()
            for id in acknowledged:
                gateway.require_agent(KEY, id)
            code = containers.stop("killed")
            require(code == 0, f"it exited with {code}")
        finally:
            containers.podman("rm", "--force", "killed", "vendor")
            containers.podman("volume", "rm", "--force", "killed")
    return f"{len(acknowledged)} acknowledged writes"


def write_until_killed(death):
    """Kills the container while writes are in progress. Returns the ids of the acknowledged ones."""
    acknowledged = []

    def write(writer):
        for number in range(1000):
            try:
                id = gateway.create(KEY, f"agent-{death}-{writer}-{number}")
            except Failed as failed:
                problems.append(failed)
                return
            if id is None:
                return
            acknowledged.append(id)

    problems = []
    writers = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    for writer in writers:
        writer.start()
    until(lambda: len(acknowledged) >= 8 + death or problems, "the gateway acknowledges writes")
    containers.podman("kill", "--signal=KILL", "killed")
    for writer in writers:
        writer.join()
    if problems:
        raise problems[0]
    return acknowledged


KEY = "a-key-of-the-check-1"
CONFIGURATION = f"""
[store]
url = "sqlite:///var/lib/switchboard/switchboard.db"
[auth]
keys = [{{ name = "check", hash = "sha256:{sha256(KEY.encode()).hexdigest()}" }}]
[vendors.qcall]
adapter = "qcall"
api_key = "file:/etc/switchboard/qcall-key"
base_url = "http://127.0.0.1:8090/qcall/api/v1"
[routing]
default = "qcall"
"""
