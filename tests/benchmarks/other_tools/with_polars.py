"""The requests with types by polars, and their months."""

import sys
from pathlib import Path

import polars as pl

raw, out = map(Path, sys.argv[1:3])
kinds = dict.fromkeys(
    ["created_at", "first_response_at", "filled_at", "closed_at"], pl.Datetime
) | dict.fromkeys(["responses", "hours", "amount_eur", "fee_eur"], pl.Float64)
names = sorted(raw.rglob("*.csv"))[0].open(encoding="utf-8").readline().strip().split(",")
read = pl.concat(
    pl.scan_csv(path, schema={name: kinds.get(name, pl.String) for name in names})
    for path in sorted(raw.rglob("*.csv"))
)
latest = read.unique("request_id", keep="last", maintain_order=True)
months = latest.group_by(pl.col("created_at").dt.strftime("%Y-%m").alias("month"), "status").agg(
    pl.len().alias("requests"),
    pl.col("responses").sum().cast(pl.Int64).alias("answers"),
    pl.col("amount_eur").sum().round(2).alias("euros"),
)
months.sort("month", "status").collect().write_csv(out)
