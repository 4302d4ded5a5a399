"""What is known of the quality of a build: its files, refused rows, repaired values, checks."""

import json

import duckdb

from etl import lake, layers
from etl.settings import Settings


def load(
    connection: duckdb.DuckDBPyConnection,
    build_id: str,
    drops: list[lake.Drop],
    settings: Settings,
) -> None:
    """What was read, refused and repaired, file by file."""
    connection.execute("CREATE SCHEMA quality")
    connection.execute(
        "CREATE TABLE quality.files (file_id INTEGER, source VARCHAR, file VARCHAR, as_of DATE,"
        " as_of_origin VARCHAR, mode VARCHAR, is_synthetic BOOLEAN, read_rows BIGINT,"
        " accepted_rows BIGINT, refused_rows BIGINT, repaired_values BIGINT,"
        " unknown_columns VARCHAR, content_hash VARCHAR, filtered_rows BIGINT)"
    )
    connection.executemany(
        "INSERT INTO quality.files VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        [
            (
                number, drop.source, drop.file, drop.as_of, drop.as_of_origin, drop.mode,
                drop.is_synthetic, drop.read, drop.accepted, drop.refused, drop.repaired,
                ", ".join(drop.unknown_columns), drop.content_hash, drop.filtered,
            )
            for number, drop in enumerate(drops, 1)
        ],
    )  # fmt: skip
    connection.execute(
        "CREATE TABLE quality.build AS SELECT $id AS build_id,"
        " max(as_of) AS as_of, bool_or(is_synthetic) AS is_synthetic,"
        " count(*) FILTER (WHERE is_synthetic) AS synthetic_files, count(*) AS files,"
        " CAST($settings AS JSON) AS settings FROM quality.files",
        {"id": build_id, "settings": json.dumps(settings.__dict__)},
    )
    for table, parquet in (("refused_rows", "refused"), ("repaired_values", "repaired")):
        paths = [str(drop.folder / f"{parquet}.parquet") for drop in drops]
        connection.execute(
            f"CREATE TABLE quality.{table} AS"
            " SELECT files.file_id, files.source, files.file, rows.* EXCLUDE (filename)"
            " FROM read_parquet($paths, filename = TRUE, union_by_name = TRUE) AS rows"
            " INNER JOIN (SELECT unnest($paths) AS filename, unnest($ids) AS file_id) AS origin"
            " ON rows.filename = origin.filename"
            " INNER JOIN quality.files AS files ON origin.file_id = files.file_id"
            " ORDER BY files.file_id, rows.line, rows.column_name",
            {"paths": paths, "ids": list(range(1, len(drops) + 1))},
        )


def counts(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    rows = connection.execute(
        "SELECT source, count(*), sum(read_rows), sum(accepted_rows), sum(refused_rows),"
        " sum(repaired_values), sum(filtered_rows) FROM quality.files"
        " GROUP BY source ORDER BY source"
    ).fetchall()
    names = ("files", "read", "accepted", "refused", "repaired", "filtered")
    told = {source: dict(zip(names, map(int, counts), strict=True)) for source, *counts in rows}
    # only an adapter filters: elsewhere there is nothing to say of it
    return {
        source: {name: count for name, count in counts.items() if count or name != "filtered"}
        for source, counts in told.items()
    }


def add_repairs(connection: duckdb.DuckDBPyConnection) -> None:
    """Lists what only shows once sources are joined; it is repaired like the rest, and counted."""
    for file in layers.files_of("repairs"):
        connection.execute(
            "INSERT INTO quality.repaired_values BY NAME"
            " SELECT files.file_id, files.source, files.file, found.line, $column AS column_name,"
            " found.value, $code AS reason_code, $en AS reason_en, $fr AS reason_fr"
            f" FROM ({file.body}) AS found"
            " INNER JOIN quality.files AS files ON found.file_id = files.file_id"
            " ORDER BY files.file_id, found.line",
            {
                "column": file.header["column"],
                "code": file.name,
                "en": file.header["reason.en"],
                "fr": file.header["reason.fr"],
            },
        )
    connection.execute(
        "UPDATE quality.files SET repaired_values = coalesce((SELECT count(*)"
        " FROM quality.repaired_values AS found WHERE found.file_id = files.file_id), 0)"
    )


def run_checks(connection: duckdb.DuckDBPyConnection) -> list[dict]:
    """Each check selects the rows that fail it; a build with one such row is not published."""
    connection.execute(
        "CREATE TABLE quality.checks (check_name VARCHAR, label_en VARCHAR, label_fr VARCHAR,"
        " failed_rows BIGINT)"
    )
    checks = []
    for file in layers.files_of("checks"):
        rows = connection.execute(file.body).df()
        connection.execute(
            "INSERT INTO quality.checks VALUES (?, ?, ?, ?)",
            [file.name, file.header["label.en"], file.header["label.fr"], len(rows)],
        )
        first = json.loads(rows.head(5).to_json(orient="records", date_format="iso"))
        checks.append(
            {
                "check": file.name,
                "meaning": file.header["label.en"],
                "meaning_fr": file.header["label.fr"],
                "failed_rows": len(rows),
                "first": first,
            }
        )
    return checks
