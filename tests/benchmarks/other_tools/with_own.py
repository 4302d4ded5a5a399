"""Our own ingest of the requests, and their months."""

import sys
import tempfile
from pathlib import Path

import duckdb

from etl.intake import lake

raw, out = map(Path, sys.argv[1:3])
with tempfile.TemporaryDirectory() as scratch:
    drops = lake.ingest(raw, Path(scratch))
    files = " UNION ALL BY NAME ".join(
        f"SELECT *, {number} AS file FROM read_parquet('{drop.folder}/accepted.parquet')"
        for number, drop in enumerate(drops)
    )
    duckdb.execute(
        f"COPY (SELECT strftime(timezone('Europe/Paris', timezone('UTC', created_at)), '%Y-%m')"
        f" AS month, status, count(*) AS requests,"
        f" coalesce(sum(responses), 0)::BIGINT AS answers,"
        f" round(coalesce(sum(amount_eur), 0), 2)::DOUBLE AS euros FROM (SELECT * FROM ({files})"
        f" QUALIFY row_number() OVER (PARTITION BY request_id ORDER BY file DESC, line DESC) = 1)"
        f" GROUP BY ALL ORDER BY ALL) TO '{out}' (FORMAT csv)"
    )
