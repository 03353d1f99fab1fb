"""The Helm chart: its form, its objects, and the same objects for kubectl."""

import re

import helm_python as helm
import kubernetes_validate
import yaml

from rows import DEPLOY, Failed, impossible, require, row

CHART = DEPLOY / "helm/switchboard"
RENDERED = DEPLOY / "kubernetes"
VERSIONS = ("1.29", "1.37")
# Kinds of other projects, for which the validator has no schema.
FOREIGN = {"HTTPRoute", "PodMonitor"}
NAME = NAMESPACE = "switchboard"
HEADER = "# Made from deploy/helm/switchboard by `deploy/check --write`. Do not edit.\n"


def worked():
    """The worked values, by name."""
    return {path.stem: yaml.safe_load(path.read_text()) for path in sorted((CHART / "ci").glob("*.yaml"))}


def render(values):
    """Renders the chart. Returns its objects as YAML texts."""
    with helm.Chart.load(CHART) as chart:
        chart.validate_schema(values)
        files = chart.render(values=values, name=NAME, namespace=NAMESPACE)
    texts = [text for name, text in sorted(files.items()) if name.endswith(".yaml")]
    documents = [part.strip() for text in texts for part in text.split("\n---") if part.strip(" -\n")]
    # Empty lines of the configuration are indented, which YAML ignores.
    documents = [re.sub(r"[ ]+$", "", part, flags=re.MULTILINE) for part in documents]
    return [part for part in documents if yaml.safe_load(part)]


def objects(values):
    return [yaml.safe_load(text) for text in render(values)]


@row("chart: lints, renders with every worked file, and each object is valid in Kubernetes " + " and ".join(VERSIONS))
def renders():
    count = 0
    for name, values in worked().items():
        for message in helm.lint(CHART, values, strict=True, kube_version=f"v{VERSIONS[0]}.0")["messages"]:
            # Severity 1 is advice, such as an icon.
            require(message["severity"] < 2, f"{name}: {message}")
        for thing in objects(values):
            count += 1
            if thing["kind"] in FOREIGN:
                continue
            for version in VERSIONS:
                try:
                    kubernetes_validate.validate(thing, version, strict=True)
                except kubernetes_validate.ValidationError as error:
                    raise Failed(f"{name}: {thing['kind']} in {version}: {list(error.path)} {error.message}") from error
    return f"{len(worked())} files, {count} objects"


@row("chart: refuses wrong values by the key's name")
def refuses():
    base = worked()["postgres"]
    wrong = sorted((DEPLOY / "helm/wrong").glob("*.yaml"))
    require(len(wrong) >= 10, f"only {len(wrong)} wrong files")
    with helm.Chart.load(CHART) as chart:
        for path in wrong:
            first = path.read_text().splitlines()[0]
            key = first.removeprefix("# refused: ")
            try:
                chart.validate_schema({**base, **yaml.safe_load(path.read_text())})
            except helm.HelmValuesError as refusal:
                require(key in str(refusal), f"{path.name}: the refusal does not name {key}: {refusal}")
            else:
                raise Failed(f"{path.name} is not refused")
    return f"{len(wrong)} files"


@row("chart: every pod is hardened, probed and limited, has a version, and no secret is in a value")
def policy():
    pods = 0
    for name, values in worked().items():
        for thing in objects(values):
            require(thing["kind"] != "Secret", f"{name}: the chart makes a Secret")
            if thing["kind"] in ("Deployment", "StatefulSet", "Job"):
                pods += 1
                check_pod(f"{name}: {thing['kind']}", thing["spec"]["template"]["spec"], thing["kind"] != "Job")
    return f"{pods} pods"


def check_pod(name, pod, serves):
    security = pod["securityContext"]
    require(security["runAsNonRoot"] and security["runAsUser"] == 65532, f"{name}: it runs as {security}")
    require(security["seccompProfile"]["type"] == "RuntimeDefault", f"{name}: it has no seccomp profile")
    require(pod["automountServiceAccountToken"] is False, f"{name}: it has the token of an account")
    for volume in pod["volumes"]:
        # The kinds that the restricted standard of pod security permits.
        kinds = set(volume) - {"name"}
        require(kinds <= {"configMap", "secret", "emptyDir"}, f"{name}: the volume {volume}")
    for container in pod["containers"]:
        own = container["securityContext"]
        hardened = own["readOnlyRootFilesystem"] and own["allowPrivilegeEscalation"] is False
        require(hardened and own["capabilities"] == {"drop": ["ALL"]}, f"{name}: it may {own}")
        require(container["resources"]["limits"]["memory"], f"{name}: its memory has no limit")
        version = container["image"].rpartition(":")[2]
        require(version[:1].isdigit(), f"{name}: the image {container['image']} has no version")
        for variable in container["env"]:
            require("valueFrom" not in variable, f"{name}: the secret {variable} is in the environment")
            secret = variable["name"] in ("SWITCHBOARD__STORE__KEY",) or "DATABASE" in variable["name"]
            require(not secret or variable["value"].startswith("file:"), f"{name}: {variable}")
        if serves:
            paths = {probe: container[f"{probe}Probe"]["httpGet"]["path"] for probe in ("startup", "liveness", "readiness")}
            expected = {"startup": "/startupz", "liveness": "/livez", "readiness": "/readyz"}
            require(paths == expected, f"{name}: the probes are {paths}")
            settings = {variable["name"]: variable["value"] for variable in container["env"]}
            waits = int(settings["SWITCHBOARD__SERVER__DRAIN_S"]) + 2 * int(settings["SWITCHBOARD__SERVER__SHUTDOWN_GRACE_S"])
            # Then connections end within 1 s, and telemetry is sent within 5 s.
            require(pod["terminationGracePeriodSeconds"] >= waits + 10, f"{name}: it is killed before it has stopped")


@row("chart: the job of the scraped pods is the one of the rules and dashboards")
def job():
    count = 0
    for name, values in worked().items():
        things = {thing["kind"]: thing for thing in objects(values)}
        if "PodMonitor" not in things:
            continue
        label = things["PodMonitor"]["spec"].get("jobLabel")
        serving = things.get("Deployment") or things["StatefulSet"]
        found = serving["spec"]["template"]["metadata"]["labels"].get(label)
        require(found == "switchboard", f"{name}: the label {label} gives the job {found}")
        count += 1
    require(count > 0, "no worked values enable the PodMonitor")
    return f"{count} monitors"


@row("chart: the schema is migrated before a pod of a new version starts; SQLite has one process")
def order():
    for name, values in worked().items():
        things = {thing["kind"]: thing for thing in objects(values)}
        if values.get("store", {}).get("type") == "sqlite":
            require("Job" not in things and "Deployment" not in things, f"{name}: {sorted(things)}")
            require(things["StatefulSet"]["spec"]["replicas"] == 1, f"{name}: it has several processes")
            continue
        annotations = things["Job"]["metadata"]["annotations"]
        hooks = set(annotations["helm.sh/hook"].split(","))
        require(hooks == {"pre-install", "pre-upgrade"}, f"{name}: the hooks are {hooks}")
        job, serving = (things[kind]["spec"]["template"]["spec"]["containers"][0] for kind in ("Job", "Deployment"))
        require(job["args"] == ["migrate"] and job["image"] == serving["image"], f"{name}: the job runs {job}")
        # A hook runs before the chart's own objects exist.
        mounted = {volume["name"] for volume in things["Job"]["spec"]["template"]["spec"]["volumes"]}
        require(mounted == {"secrets"}, f"{name}: the job needs {mounted}")
    return "hooks, images and volumes compared"


def expected():
    """The files for kubectl, by path."""
    postgres, sqlite = worked()["postgres"], worked()["sqlite"]
    texts = render(postgres)
    is_job = [yaml.safe_load(text)["kind"] == "Job" for text in texts]
    return {
        "postgres/1-migrate.yaml": joined(text for text, job in zip(texts, is_job) if job),
        "postgres/2-serve.yaml": joined(text for text, job in zip(texts, is_job) if not job),
        "sqlite.yaml": joined(render(sqlite)),
    }


def joined(texts):
    return HEADER + "---\n" + "\n---\n".join(texts) + "\n"


def write():
    """Renders the files for kubectl anew."""
    for path, text in expected().items():
        file = RENDERED / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


@row("kubernetes/: the chart's objects")
def rendered():
    files = {str(path.relative_to(RENDERED)): path.read_text() for path in RENDERED.rglob("*.yaml")}
    require(files == expected(), "the files differ from the chart; run `deploy/check --write`")
    return f"{len(files)} files"


impossible("chart: an installation", "needs a cluster")
