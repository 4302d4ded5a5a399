"""Which code and reference tables a build is made by."""

import hashlib
import re
from functools import cache

from etl import layers, paths
from etl.intake import lake

# What a build is made by beside the reading of its drops; what is only shown is not among it, nor
# are the lines of a head that say it.
READ = ("build", "disclosure", "intake/contracts", "layers.py", "settings.py", "settings.toml")
SHOWN = re.compile(rb"^-- (label|reason): .*\n", re.M)


@cache
def fingerprint() -> str:
    """A hash of everything but the drops and the ledger that a build's rows follow from; read once
    by a process, as its code is."""
    digest = hashlib.sha256(lake.code_hash().encode())
    for path in [*lake.files_of(READ), *sorted(paths.REFERENCE.iterdir())]:
        digest.update(path.name.encode() + b"\0" + SHOWN.sub(b"", path.read_bytes()))
    for metric in layers.files_of("metrics"):  # a build keeps their names and units, for targets
        digest.update(f"{metric.name}\0{metric.header['unit']}\0".encode())
    return digest.hexdigest()
