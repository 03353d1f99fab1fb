"""Writes the software bill of materials: the crates of the release binary, and the parts that crates contain, such as SQLite.

    write.py FILE

The crates are those of `cargo tree` for the released target. `cargo metadata` gives their licences, but lists crates that the
binary does not have, such as those of features that are off.
"""

import json
import os
import platform
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

ROOT = Path(__file__).resolve().parents[2]
GATEWAY = "switchboard-gateway"
BUNDLED = Path(__file__).with_name("bundled.json")
_licenses = LicenseFactory()


def cargo(*arguments):
    return subprocess.run(["cargo", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def crates():
    """The crates of the binary with their direct dependencies, by (name, version)."""
    options = ["--locked", "--edges=normal", f"--package={GATEWAY}", f"--target={platform.machine()}-unknown-linux-gnu"]
    tree = cargo("tree", *options, "--prefix=depth", "--no-dedupe", "--format= {p}")
    found, above = {}, []
    for line in filter(None, tree.splitlines()):
        depth, name, version = line.split()[:3]
        crate = (name, version.removeprefix("v"))
        found.setdefault(crate, set())
        above[int(depth) :] = [crate]
        if len(above) > 1:
            found[above[-2]].add(crate)
    return found


def component(kind, name, version, license, package):
    return Component(
        type=kind, name=name, version=version, purl=package, bom_ref=str(package),
        licenses=[_licenses.make_from_string(license.replace("/", " OR "))] if license else [],
    )  # fmt: skip


def bill():
    """Builds the bill of materials."""
    listed = json.loads(cargo("metadata", "--locked", "--format-version=1"))["packages"]
    licenses = {(package["name"], package["version"]): package["license"] for package in listed}
    found, components, document = crates(), {}, Bom()
    for name, version in found:
        kind = ComponentType.APPLICATION if name == GATEWAY else ComponentType.LIBRARY
        package = PackageURL("cargo", name=name, version=version)
        components[name, version] = component(kind, name, version, licenses[name, version], package)
    for (name, _), made in components.items():
        if name == GATEWAY:
            document.metadata.component = made
        else:
            document.components.add(made)
    for crate, needed in found.items():
        document.register_dependency(components[crate], [components[other] for other in sorted(needed)])
    for part in json.loads(BUNDLED.read_text()):
        package = PackageURL("generic", name=part["name"], version=part["version"])
        made = component(ComponentType.LIBRARY, part["name"], part["version"], part["license"], package)
        made.description = f"Bundled by the crate {part['crate']}."
        document.components.add(made)
    # The same commit gives the same document.
    seconds = int(os.environ.get("SOURCE_DATE_EPOCH") or last_commit())
    document.metadata.timestamp = datetime.fromtimestamp(seconds, timezone.utc)
    document.serial_number = uuid5(NAMESPACE_URL, "\n".join(sorted(str(made.purl) for made in document.components)))
    return document


def last_commit():
    done = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip() or 0


def main():
    text = JsonV1Dot6(bill()).output_as_string(indent=2)
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if problem:
        sys.exit(f"the bill of materials is invalid: {problem}")
    Path(sys.argv[1]).write_text(text + "\n")


main()
