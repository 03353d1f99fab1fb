"""The supply chain: licences and sources of the dependencies, the bill of materials, the versions in this folder."""

import json
import platform
import re
import tempfile
import zlib
from pathlib import Path

import binary
import readme
from rows import DEPLOY, ROOT, VERSION, output, require, row

GATEWAY = "switchboard-gateway"
TARGET = f"{platform.machine()}-unknown-linux-gnu"


def dependencies():
    """The crates of the binary, as (name, version)."""
    tree = output(
        "cargo", "tree", "--offline", "--locked", "--edges=normal", "--prefix=none", "--no-dedupe", "--format={p}",
        f"--package={GATEWAY}", f"--target={TARGET}", cwd=ROOT,
    )  # fmt: skip
    lines = (line.split() for line in tree.splitlines() if line)
    return {(words[0], words[1].removeprefix("v")) for words in lines}


@row("dependencies: licences and sources are those that deny.toml permits")
def permitted():
    output("cargo-deny", "--offline", "--locked", "check", "--hide-inclusion-graph", "licenses", "bans", "sources", cwd=ROOT)
    return "licenses, bans, sources"


@row("bill of materials: every crate of the binary, and every part that a crate contains, in its version")
def bill():
    readme.run("sbom", ROOT, "/nowhere")
    document = json.loads((ROOT / "target/switchboard.cdx.json").read_text())
    parts = json.loads((DEPLOY / "bom/bundled.json").read_text())
    listed = {(part["name"], part["version"]) for part in document["components"]}
    expected = {crate for crate in dependencies() if crate[0] != GATEWAY}
    expected |= {(part["name"], part["version"]) for part in parts}
    missing, foreign = sorted(expected - listed), sorted(listed - expected)
    require(not missing and not foreign, f"missing: {missing}; not in the binary: {foreign}")
    for part in parts:
        found = version_in(part["crate"])
        require(part["version"] == found, f"bundled.json has {part['name']} {part['version']}; the crate has {found}")
    unknown = sorted(dependencies() - embedded())
    require(not unknown, f"the list in the binary does not have {unknown}")
    return f"{len(listed) - len(parts)} crates, {len(parts)} bundled parts"


def embedded():
    """The crates of the list that `cargo auditable` has put into the binary."""
    with tempfile.NamedTemporaryFile() as section:
        output("objcopy", "--dump-section", f".dep-v0={section.name}", binary.program(), "/dev/null")
        packages = json.loads(zlib.decompress(Path(section.name).read_bytes()))["packages"]
    return {(package["name"], package["version"]) for package in packages}


def version_in(crate):
    """The version of the part that a crate contains, by the crate's own files."""
    metadata = json.loads(output("cargo", "metadata", "--offline", "--locked", "--format-version=1", cwd=ROOT))
    package = next((found for found in metadata["packages"] if found["name"] == crate), None)
    require(package, f"bundled.json names {crate}, which is no dependency")
    folder = Path(package["manifest_path"]).parent
    if crate == "libsqlite3-sys":
        return re.search(r'define SQLITE_VERSION\s+"([^"]+)"', (folder / "sqlite3/sqlite3.h").read_text()).group(1)
    if crate == "libmimalloc-sys":
        features = next(node["features"] for node in metadata["resolve"]["nodes"] if node["id"] == package["id"])
        tree = "v2" if "v2" in features else "v3"
        number = re.search(r"define MI_MALLOC_VERSION (\d+)", (folder / f"c_src/mimalloc/{tree}/include/mimalloc.h").read_text())
        number = int(number.group(1))
        return f"{number // 10000}.{number // 100 % 100}.{number % 100}"
    if crate == "ring":
        # ring keeps its own copy, which has no version.
        return f"ring-{package['version']}"
    archives = list(folder.glob("res/v*.zip"))
    require(len(archives) == 1, f"{crate} contains {archives}")
    return archives[0].stem.removeprefix("v")


# The places of the version in this folder. The rendered objects follow the chart.
PLACES = {
    "Dockerfile": (r"--tag switchboard:(\S+)", r'image\.version="([^"]+)"'),
    "README.md": (r"switchboard:(\d\S*)",),
    "compose.yaml": (r"image: switchboard:(\S+)",),
    "helm/switchboard/Chart.yaml": (r"^version: (\S+)", r"^appVersion: (\S+)"),
}


def set_version():
    """Writes the workspace's version to its places."""
    for name, patterns in PLACES.items():
        text = (DEPLOY / name).read_text()
        for pattern in patterns:
            text = re.sub(pattern, lambda found: found[0].replace(found[1], VERSION), text, flags=re.MULTILINE)
        (DEPLOY / name).write_text(text)


@row("version: the one of the workspace, in every file")
def versions():
    for name, patterns in PLACES.items():
        for pattern in patterns:
            found = re.findall(pattern, (DEPLOY / name).read_text(), re.MULTILINE)
            require(found, f"{name} has no version ({pattern})")
            require(set(found) == {VERSION}, f"{name} has {found}; run `deploy/check --write`")
    return VERSION
