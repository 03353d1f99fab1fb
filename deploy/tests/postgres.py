"""A PostgreSQL server on the loopback interface, as the service `postgres` of compose.yaml."""

import glob
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from rows import NotHere, output


@contextmanager
def server(password):
    """Runs a server with a user and a database named switchboard, until the block ends."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    if not found:
        raise NotHere("the package postgresql is missing")
    folder = Path(tempfile.mkdtemp())
    (folder / "password").write_text(password)
    shutil.chown(folder, "postgres", "postgres")
    shutil.chown(folder / "password", "postgres", "postgres")

    def run(program, *arguments, **options):
        # PostgreSQL refuses to run as root.
        as_server = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", f"{found[-1]}/{program}"]
        return output(*as_server, *arguments, cwd=folder, **options)

    data = f"--pgdata={folder}/data"
    try:
        run("initdb", data, "--username=switchboard", "--auth=scram-sha-256", f"--pwfile={folder}/password")
        options = f"-c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
        # The server keeps the standard output open, so it needs one of its own.
        run("pg_ctl", "start", "--silent", "--wait", data, f"--log={folder}/log", f"--options={options}")
        environment = {**os.environ, "PGPASSWORD": password}
        run("createdb", "--host=127.0.0.1", "--username=switchboard", "switchboard", env=environment)
        yield
    finally:
        subprocess.run(
            ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", f"{found[-1]}/pg_ctl", "stop", "--silent", data, "--mode=immediate"],
            cwd=folder, capture_output=True,
        )  # fmt: skip
        shutil.rmtree(folder)
