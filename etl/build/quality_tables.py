"""What is known of the quality of a build: its files, refused rows, repaired values, checks."""

import json
from collections.abc import Mapping

import duckdb

from etl import layers, paths
from etl.build.territory import TABLE, Territory
from etl.intake import contract, corrections, lake
from etl.intake.lake_drop import day_of
from etl.settings import Settings


def load(
    connection: duckdb.DuckDBPyConnection,
    build_id: str,
    drops: list[lake.Drop],
    settings: Settings,
    ours: Territory,
) -> None:
    """What was read, refused and repaired, file by file; and what the build takes for granted."""
    connection.execute("CREATE SCHEMA quality")
    targets = corrections.targets(drops)
    connection.execute(
        "CREATE TABLE quality.files (file_id INTEGER, source VARCHAR, file VARCHAR, as_of DATE,"
        " as_of_origin VARCHAR, mode VARCHAR, is_synthetic BOOLEAN, read_rows BIGINT,"
        " accepted_rows BIGINT, refused_rows BIGINT, repaired_values BIGINT,"
        " unknown_columns VARCHAR, content_hash VARCHAR, filtered_rows BIGINT, merged_rows BIGINT,"
        " corrects VARCHAR, corrected_rows BIGINT)"
    )
    connection.executemany(
        "INSERT INTO quality.files VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,0)",
        [
            (
                number, drop.source, drop.file, drop.as_of, drop.as_of_origin, drop.mode,
                drop.is_synthetic, drop.read, drop.accepted, drop.refused, drop.repaired,
                ", ".join(drop.unknown_columns), drop.content_hash, drop.filtered,
                drop.merged,
                drops[targets[number] - 1].file if number in targets else None,
            )
            for number, drop in enumerate(drops, 1)
        ],
    )  # fmt: skip
    notes = [
        (number, note.code, json.dumps(note.arguments, ensure_ascii=False))
        for number, drop in enumerate(drops, 1)
        for note in drop.notes
    ]
    connection.execute(
        "CREATE TABLE quality.file_notes AS SELECT files.file_id, files.source, files.file,"
        " note[2] AS note_code, note[3] AS arguments"
        " FROM (SELECT unnest(CAST($notes AS VARCHAR[][])) AS note) AS notes"
        " INNER JOIN quality.files AS files ON CAST(note[1] AS INTEGER) = files.file_id",
        {"notes": [[str(part) for part in note] for note in notes]},
    )
    connection.execute(
        "CREATE TABLE quality.build AS SELECT $id AS build_id,"
        " CAST($as_of AS DATE) AS as_of, bool_or(is_synthetic) AS is_synthetic,"
        " count(*) FILTER (WHERE is_synthetic) AS synthetic_files, count(*) AS files,"
        " CAST($settings AS JSON) AS settings FROM quality.files",
        {
            "id": build_id,
            "as_of": day_of(drops),
            "settings": json.dumps(settings.__dict__ | {TABLE: ours.as_json()}),
        },
    )
    for table, parquet, order in (
        ("refused_rows", "refused", "line, rows.column_name"),
        ("repaired_values", "repaired", "line, rows.column_name"),
        ("file_profiles", "profile", "field, rows.measure, rows.rows DESC, rows.value"),
    ):
        paths = [str(drop.folder / f"{parquet}.parquet") for drop in drops]
        connection.execute(
            f"CREATE TABLE quality.{table} AS"
            " SELECT files.file_id, files.source, files.file, rows.* EXCLUDE (filename)"
            " FROM read_parquet($paths, filename = TRUE, union_by_name = TRUE) AS rows"
            " INNER JOIN (SELECT unnest($paths) AS filename, unnest($ids) AS file_id) AS origin"
            " ON rows.filename = origin.filename"
            " INNER JOIN quality.files AS files ON origin.file_id = files.file_id"
            f" ORDER BY files.file_id, rows.{order}",
            {"paths": paths, "ids": list(range(1, len(drops) + 1))},
        )
    _load_corrections(connection, drops, targets)


def _load_corrections(
    connection: duckdb.DuckDBPyConnection, drops: list[lake.Drop], targets: dict[int, int]
) -> None:
    """Which refused rows came back, and what the rows still to correct are given with."""
    selects = [
        f"SELECT {target} AS target, line, corrected_line, key"
        f" FROM read_parquet({contract.quote(drops[number - 1].folder / 'returned.parquet')})"
        for number, target in targets.items()
    ]
    nothing = (
        "SELECT 0 AS target, NULL::BIGINT AS line, NULL::BIGINT AS corrected_line,"
        " NULL::VARCHAR AS key WHERE FALSE"
    )
    connection.execute(f"CREATE TEMP TABLE returned AS {' UNION ALL '.join([nothing, *selects])}")
    connection.execute((paths.ETL / "build" / "corrected.sql").read_text("utf-8"))
    connection.execute("DROP TABLE returned")
    connection.execute(
        "CREATE TABLE quality.to_correct (file_id INTEGER, columns VARCHAR[], verbs VARCHAR)"
    )
    for number, drop in enumerate(drops, 1):
        if drop.refused:
            connection.execute(
                "INSERT INTO quality.to_correct VALUES (?, ?, ?)",
                [number, drop.columns, drop.verbs],
            )


def counts(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    rows = connection.execute(
        "SELECT source, count(*), sum(read_rows), sum(accepted_rows), sum(refused_rows),"
        " sum(repaired_values), sum(filtered_rows), sum(merged_rows) FROM quality.files"
        " GROUP BY source ORDER BY source"
    ).fetchall()
    names = ("files", "read", "accepted", "refused", "repaired", "filtered", "merged")
    told = {source: dict(zip(names, map(int, counts), strict=True)) for source, *counts in rows}
    # few files have rows to filter or to merge: elsewhere there is nothing to say of it
    return {
        source: {
            name: count
            for name, count in counts.items()
            if count or name not in ("filtered", "merged")
        }
        for source, counts in told.items()
    }


def add_note(
    connection: duckdb.DuckDBPyConnection,
    number: int,
    drop: lake.Drop,
    code: str,
    told: Mapping[str, object],
) -> None:
    """Adds a note on a file, the number-th from 0 on, that only shows beside others."""
    connection.execute(
        "INSERT INTO quality.file_notes VALUES (?, ?, ?, ?, ?)",
        [number + 1, drop.source, drop.file, code, json.dumps(dict(told), ensure_ascii=False)],
    )


def add_repairs(connection: duckdb.DuckDBPyConnection) -> None:
    """Lists what only shows once sources are joined; it is repaired like the rest, and counted."""
    for file in layers.files_of("repairs"):
        connection.execute(
            "INSERT INTO quality.repaired_values BY NAME"
            " SELECT files.file_id, files.source, files.file, found.line,"
            " coalesce(found.column_name, $column) AS column_name, found.value,"
            " $code AS reason_code"
            f" FROM (FROM ({file.body}) UNION ALL BY NAME"
            " SELECT CAST(NULL AS VARCHAR) AS column_name WHERE FALSE) AS found"
            " INNER JOIN quality.files AS files ON found.file_id = files.file_id"
            " ORDER BY files.file_id, found.line",
            {"column": file.header["column"], "code": file.name},
        )
    connection.execute(
        "UPDATE quality.files SET repaired_values = coalesce((SELECT count(*)"
        " FROM quality.repaired_values AS found WHERE found.file_id = files.file_id), 0)"
    )


def run_checks(connection: duckdb.DuckDBPyConnection) -> list[dict]:
    """Each check selects the rows that fail it; a build with one such row is not published."""
    connection.execute("CREATE TABLE quality.checks (check_name VARCHAR, failed_rows BIGINT)")
    checks = []
    for file in layers.files_of("checks"):
        rows = connection.execute(f"FROM ({file.body}) ORDER BY ALL").df()
        connection.execute("INSERT INTO quality.checks VALUES (?, ?)", [file.name, len(rows)])
        first = json.loads(rows.head(5).to_json(orient="records", date_format="iso"))
        checks.append({"check": file.name, "failed_rows": len(rows), "first": first})
    return checks
