"""What frictionless finds wrong in a file by our contract: line, column and kind of each error."""

import csv
import json
import sys
from pathlib import Path

from frictionless import Resource, Schema, validate

raw, out, contract = map(Path, sys.argv[1:4])
fields = {field["name"]: field for field in json.loads(contract.read_text("utf-8"))["fields"]}
with out.open("w", encoding="utf-8", newline="") as stream:
    writer = csv.writer(stream)
    writer.writerow(["file", "line", "column_name", "error"])
    for path in sorted(raw.rglob("*.csv")):
        names = path.open(encoding="utf-8").readline().strip().split(",")
        schema = Schema.from_descriptor(
            {
                "fields": [
                    {"name": name, "type": fields[name]["type"]}
                    | (
                        {"format": "%Y-%m-%d %H:%M:%S"}
                        if fields[name]["type"] == "datetime"
                        else {}
                    )
                    | {"constraints": fields[name].get("constraints", {})}
                    for name in names
                ]
            }
        )
        report = validate(
            Resource(path=path.name, basepath=str(path.parent), schema=schema), limit_errors=10**9
        )
        for line, column, error in report.flatten(["rowNumber", "fieldName", "type"]):
            writer.writerow([path.name, line, column, error])
