"""The requests with types by pandas, and their months."""

import sys
from pathlib import Path

import pandas as pd

raw, out = map(Path, sys.argv[1:3])
moments = ["created_at", "first_response_at", "filled_at", "closed_at"]
numbers = ["responses", "hours", "amount_eur", "fee_eur"]
read = pd.concat(
    pd.read_csv(path, dtype=str, parse_dates=moments).astype(dict.fromkeys(numbers, float))
    for path in sorted(raw.rglob("*.csv"))
)
latest = read.drop_duplicates("request_id", keep="last")
month = latest["created_at"].dt.strftime("%Y-%m").rename("month")
months = latest.groupby([month, "status"], dropna=False)
table = months.agg(
    requests=("request_id", "size"), answers=("responses", "sum"), euros=("amount_eur", "sum")
)
table.astype({"answers": int}).round({"euros": 2}).to_csv(out)
