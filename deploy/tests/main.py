"""Runs all rows, or writes the files that are made from others.

    main.py [--write]
"""

import sys

import binary  # noqa: F401  The import registers the rows.
import chart
import compose  # noqa: F401
import image  # noqa: F401
import observability  # noqa: F401
import pods  # noqa: F401
import supply
import unit  # noqa: F401
import readme
from rows import row, run_all

# The last row, because it looks at what the others ran.
row("README.md: every command is run, or ignored with a reason")(readme.every_command_has_a_row)

if "--write" in sys.argv[1:]:
    supply.set_version()
    chart.write()
    sys.exit()
passed, failed = run_all()
print(f"\n{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
