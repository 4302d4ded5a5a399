"""Which code and reference tables a build is made by."""

import hashlib
from pathlib import Path

import duckdb

from etl import layers

REFERENCE = Path(__file__).parents[1] / "data" / "reference"


def fingerprint() -> str:
    """A hash of everything but the drops and the ledger that a build's rows follow from."""
    digest = hashlib.sha256(duckdb.__version__.encode())
    code = sorted(path for path in layers.ETL.rglob("*") if path.suffix in {".py", ".sql", ".toml"})
    for path in [*code, *sorted(REFERENCE.iterdir())]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
