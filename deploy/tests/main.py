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
import readme  # noqa: F401, I001  The last one, because its row looks at what the others ran.
from rows import run_all

if "--write" in sys.argv[1:]:
    supply.set_version()
    chart.write()
    sys.exit()
passed, failed = run_all()
print(f"\n{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
