"""The release binary."""

import os
import platform
from hashlib import sha256
from pathlib import Path

import readme
from rows import ROOT, output, require, row

MAX_BYTES = 40_000_000


def folder():
    """The folder that deploy/build made."""
    return Path(os.environ["SWITCHBOARD_BUILT"])


def program():
    return folder() / "switchboard"


@row("build: the README's command")
def builds():
    """Runs the command again, after `check` has run it where the crates can be fetched."""
    readme.run("release build", ROOT, "/nowhere")
    digest = sha256(program().read_bytes()).hexdigest()
    return f"SHA-256 {digest[:16]}"


@row("binary: static, without paths of this machine, with the list of its dependencies")
def is_static():
    headers = output("readelf", "--program-headers", "--wide", program())
    require("INTERP" not in headers, "the binary has an interpreter, so it is not static")
    require("DYN (" in headers, "the binary is not position-independent")
    require("NEEDED" not in output("readelf", "--dynamic", program()), "the binary needs a library")
    require(".dep-v0" in output("readelf", "--sections", "--wide", program()), "the list of dependencies is missing")
    content = program().read_bytes()
    for path in {str(ROOT), str(Path.home() / ".cargo"), os.environ.get("CARGO_TARGET_DIR", str(ROOT / "target"))}:
        at = content.find(path.encode() + b"/")
        require(at < 0, f"the binary contains a path of this machine: {content[at:at + 120]}")
    require(len(content) <= MAX_BYTES, f"the binary has {len(content)} bytes")
    return f"{len(content) / 1e6:.1f} MB, {platform.machine()}"


@row("Dockerfile: the context has every source file of the binary")
def context_is_complete():
    listed = Path(f"{folder()}.d").read_text().split(": ", 1)[1].replace("\\ ", "\0").split()
    # The compiler lists an included file by the path in the source, which can lead out of its folder.
    paths = {Path(os.path.normpath(name.replace("\0", " "))) for name in listed}
    # Generated files are in the folder of the build.
    sources = [path for path in paths if path.is_relative_to(ROOT) and "/target/" not in str(path)]
    require(len(sources) > 200, f"the build lists only {len(sources)} files")
    allowed = [
        line[1:].strip() for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")
    ]
    for source in sources:
        relative = str(source.relative_to(ROOT))
        fits = any(relative == entry or relative.startswith(f"{entry}/") for entry in allowed)
        require(fits, f".dockerignore leaves out {relative}")
    return f"{len(sources)} files"
