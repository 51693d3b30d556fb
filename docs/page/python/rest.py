"""Takes out of Python's zips what is imported already; runs in Pyodide, at build time, after `snapshot.py`.

A page that begins with all that in memory need not bring it once more.
"""

import sys
import zipfile
from pathlib import Path

origins = {getattr(module.__spec__, "origin", None) or "" for module in sys.modules.values()}
for place in (path for path in sys.path if path.endswith(".zip")):
    left = Path(f"{place}.left")
    with zipfile.ZipFile(place) as whole, zipfile.ZipFile(left, "w") as rest:
        for member in whole.infolist():
            is_package = member.filename.endswith("/__init__.pyc")  # it is asked for the files beside it
            if is_package or f"{place}/{member.filename}" not in origins:
                rest.writestr(member, whole.read(member), zipfile.ZIP_DEFLATED, 9)
    left.replace(place)
