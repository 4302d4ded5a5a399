"""The sample with markup where names of the data stand."""

import shutil
from pathlib import Path

import duckdb

from etl.build import warehouse

HOSTILE = """]]>"><script>window.ran = 1</script>&<a onload="window.ran = 1">"""
NAMES = (
    ("reference.scopes", "label_en", "scope_code = 'gardening'"),
    ("reference.territories", "name", "level = 'region' AND code = '53'"),
    ("marts.events", "label", "true"),
)


def named_badly(served: Path, home: Path) -> Path:
    """A copy of a warehouse in which a domain, a region and the events are called HOSTILE."""
    shutil.copytree(served, home, symlinks=True)
    with duckdb.connect(str(home / "current" / warehouse.DATABASE)) as build:
        for table, column, which in NAMES:
            build.execute(f"UPDATE {table} SET {column} = ? WHERE {which}", [HOSTILE])
    return home
