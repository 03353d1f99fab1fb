"""compose.yaml: its form, its files, and its services as containers, in the order that it demands."""

import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import yaml

import containers
import gateway
import readme
from postgres import server
from rows import DEPLOY, impossible, output, require, row

FILE = DEPLOY / "compose.yaml"
OURS = containers.IMAGE


def services():
    return yaml.safe_load(FILE.read_text())["services"]


@row("compose.yaml: valid; every file exists; hardened; ports on the loopback interface")
def form():
    output("check-jsonschema", "--builtin-schema", "vendor.compose-spec", FILE)
    document = yaml.safe_load(FILE.read_text())
    require("${" not in FILE.read_text(), "a variable has no documentation")
    with copy() as place:
        for name, secret in document["secrets"].items():
            require((place / "deploy" / secret["file"]).is_file(), f"the file of the secret {name} is missing")
        for name, service in document["services"].items():
            check_service(name, service, document, place / "deploy")
    return f"{len(document['services'])} services"


def check_service(name, service, document, folder):
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        known = (folder / source).exists() if source.startswith(".") else source in document["volumes"]
        require(known, f"{name}: the volume {source} does not exist")
    for port in service.get("ports", []):
        require(port.startswith("127.0.0.1:"), f"{name}: the port {port} is open to other machines")
    require(set(service.get("secrets", [])) <= set(document["secrets"]), f"{name}: an unknown secret")
    image, _, version = service["image"].partition(":")
    require(version not in ("", "latest"), f"{name}: the image {image} has no version")
    if service["image"] == OURS:
        require(service["read_only"] and service["cap_drop"] == ["ALL"], f"{name} is not hardened")
        require(service["security_opt"] == ["no-new-privileges:true"], f"{name} can gain privileges")


@contextmanager
def copy():
    """A copy of this folder with the secrets that the README's command makes."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        place.chmod(0o755)
        ignored = shutil.ignore_patterns("secrets", "__pycache__")
        shutil.copytree(DEPLOY, place / "deploy", ignore=ignored)
        readme.run("compose secrets", place, "/nowhere")
        yield place


@row("compose.yaml: its services work; the schema is migrated before a gateway serves")
def works():
    containers.build()
    with copy() as place:
        password = (place / "deploy/compose/secrets/postgres-password").read_text()
        with server(password):
            try:
                return run_services(place)
            finally:
                containers.podman("rm", "--force", *services())


def run_services(place):
    # A gateway that is started too early names the command to run.
    early = subprocess.run(command("switchboard", place), capture_output=True, text=True)
    require(early.returncode != 0 and "run `switchboard migrate`" in early.stderr, f"too early, it said: {early.stderr}")
    for name in ("switchboard", "sandbox"):
        after = services()[name]["depends_on"]["migrate"]["condition"]
        require(after == "service_completed_successfully", f"{name} does not wait for the migration")
    output(*command("migrate", place))
    output(*command("sandbox", place, "--detach"))
    output(*command("switchboard", place, "--detach"))
    gateway.until_ready()
    second = ["--env=SWITCHBOARD__SERVER__LISTEN=0.0.0.0:8082", "--env=SWITCHBOARD__SERVER__ADMIN_LISTEN=0.0.0.0:8083"]
    output(*command("switchboard", place, "--detach", "--name=second", *second))
    gateway.until_ready("http://127.0.0.1:8083")
    readme.run("compose request", place, "/nowhere")
    key = (place / "deploy/compose/secrets/api-key").read_text()
    gateway.require_agent(key, gateway.create(key, "by-the-first"), "http://127.0.0.1:8082")
    for name in ("switchboard", "second"):
        code = containers.stop(name)
        require(code == 0, f"{name} exited with {code}:\n{containers.logs(name)}")
    containers.podman("rm", "--force", "second")
    return "two gateways, one database"


def command(name, place, *options):
    """The command line that runs a service as compose would, in the network of this check."""
    service = services()[name]
    folder = place / "deploy"
    arguments = ["--add-host=postgres:127.0.0.1", "--add-host=sandbox:127.0.0.1"]
    arguments += [f"--cap-drop={capability}" for capability in service["cap_drop"]]
    arguments += [f"--security-opt={option.split(':')[0]}" for option in service["security_opt"]]
    arguments += ["--read-only"] if service["read_only"] else []
    arguments += [f"--env={key}={value}" for key, value in service.get("environment", {}).items()]
    for volume in service.get("volumes", []):
        source, rest = volume.split(":", 1)
        arguments.append(f"--volume={folder / source}:{rest}")
    for secret in service.get("secrets", []):
        arguments.append(f"--volume={folder}/compose/secrets/{secret}:/run/secrets/{secret}:ro")
    return containers.run_command(name, *arguments, *options) + service["command"]


impossible("compose.yaml: Docker Compose itself", "needs Docker")
