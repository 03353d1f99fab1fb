"""The containers of the chart's pods, run as the objects describe them."""

import tempfile
from pathlib import Path

import chart
import containers
import gateway
from postgres import server
from rows import output, require, row

PASSWORD = "a-password-of-the-check"
KEY = "a-key-of-the-check-1"
SECRETS = {
    "database-url": f"postgres://switchboard:{PASSWORD}@127.0.0.1/switchboard?sslmode=disable",
    "store-key": "c3dpdGNoYm9hcmQtcHJvb2Ytb2YtdGhlLWNoYXJ0IC4=",
    "crm-key": KEY,
    "qcall-key": "a-key-that-opens-nothing",
}


@row("chart: the containers of its pods migrate, serve, answer their probes and stop in order")
def works():
    containers.build()
    with server(PASSWORD):
        serve("postgres")
    serve("sqlite")
    return "PostgreSQL and SQLite"


def serve(name):
    values = chart.worked()[name]
    things = {thing["kind"]: thing for thing in chart.objects(values)}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        place.chmod(0o755)
        for part, files in (("secrets", SECRETS), ("config", things["ConfigMap"]["data"])):
            (place / part).mkdir()
            for file, text in files.items():
                (place / part / file).write_text(text)
        try:
            if "Job" in things:
                output(*command("migrate", things["Job"], place))
            kind = "Deployment" if "Job" in things else "StatefulSet"
            check(things[kind], place)
        finally:
            containers.podman("rm", "--force", "--ignore", "migrate", "pod")
            containers.podman("volume", "rm", "--force", "data")


def check(workload, place):
    output(*command("pod", workload, place, "--detach"))
    gateway.until_ready()
    container = workload["spec"]["template"]["spec"]["containers"][0]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    for probe in ("startup", "liveness", "readiness"):
        asked = container[f"{probe}Probe"]["httpGet"]
        answer = gateway.ask(f"http://127.0.0.1:{ports[asked['port']]}{asked['path']}")
        require(answer and answer[0] == 204, f"the {probe} probe: {answer}")
    answer = gateway.ask(f"http://127.0.0.1:{ports['api']}/v1/agents", KEY)
    require(answer and answer[0] == 200, f"GET /v1/agents: {answer}")
    code = containers.stop("pod")
    require(code == 0, f"it exited with {code}:\n{containers.logs('pod')}")


def command(name, workload, place, *options):
    """The command line that runs the first container of a workload."""
    pod = workload["spec"]["template"]["spec"]
    container, security = pod["containers"][0], pod["securityContext"]
    sources = {"config": place / "config", "secrets": place / "secrets", "data": "data"}
    arguments = [*containers.HARDENED, f"--user={security['runAsUser']}:{security['runAsGroup']}"]
    arguments += [f"--env={variable['name']}={variable['value']}" for variable in container["env"]]
    for mount in container["volumeMounts"]:
        mode = ":ro" if mount.get("readOnly") else ""
        arguments.append(f"--volume={sources[mount['name']]}:{mount['mountPath']}{mode}")
    return containers.run_command(name, *arguments, *options) + container["args"]
