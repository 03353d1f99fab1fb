"""The rules for Prometheus, if this folder has them."""

import shutil

from rows import DEPLOY, NotHere, output, row

FOLDER = DEPLOY / "observability"

if FOLDER.is_dir():

    @row("observability: the configuration and the rules are valid, and the tests of the alerts pass")
    def rules():
        if shutil.which("promtool") is None:
            raise NotHere("the package prometheus is missing")
        output("promtool", "check", "config", "prometheus.yaml", cwd=FOLDER)
        output("promtool", "test", "rules", "rules_test.yaml", cwd=FOLDER)
        return "by promtool"
