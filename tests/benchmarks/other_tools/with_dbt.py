"""The requests with types by dbt and DuckDB, and their months."""

import json
import os
import sys
import tempfile
from pathlib import Path

import duckdb
from dbt.cli.main import dbtRunner

raw, out = map(Path, sys.argv[1:3])
project = Path(__file__).with_name("with_dbt")
with tempfile.TemporaryDirectory() as scratch:
    database = os.environ["MONTHS_DATABASE"] = f"{scratch}/months.duckdb"
    ran = dbtRunner().invoke([
        "--quiet", "run", "--project-dir", str(project), "--profiles-dir", str(project),
        "--target-path", f"{scratch}/target", "--log-path", f"{scratch}/logs",
        "--vars", json.dumps({"raw": str(raw)}),
    ])  # fmt: skip
    if not ran.success:
        sys.exit(str(ran.exception or ran.result))
    with duckdb.connect(database) as connection:
        connection.execute(f"COPY (FROM months ORDER BY ALL) TO '{out}' (FORMAT csv)")
