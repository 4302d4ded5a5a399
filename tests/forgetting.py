"""A market with one person in files of every kind, and a search for what is left of it."""

import gzip
import io
import json
import shutil
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import zstandard

from etl.build import make
from etl.forget import forget

ID, NAME, SIRET = "ZQ-7781", "Anne Vorzügel", "55210055400013"
URL = "https://anne-vorzuegel.example"
WORDS = (ID, NAME, SIRET, SIRET[:9], URL)
HEADER = ["provider_id", "name", "siret", "city", "postcode", "domains", "url", "joined_on"]
PERSON = [ID, NAME, SIRET, "Rennes", "35000", "ménage", URL, "2026-03-05"]
OTHERS = [
    ["A-1", "Au fil, des jours", "", "Rennes", "35000", "jardinage", "", "2026-01-02"],
    ["A-2", "Les mains vertes", "35600000000048", "Bruz", "35170", "ménage", "", "2026-02-03"],
]
REQUESTS = [
    ["request_id", "created_at", "domain", "city", "postcode", "status", "filled_at",
     "provider_id", "hours", "remark"],
    ["R1", "2026-03-06 10:00", "ménage", "Rennes", "35000", "filled", "2026-03-07 09:00", ID,
     "2", NAME],
    ["R2", "2026-03-06 11:00", "ménage", "Rennes", "35000", "filled", "2026-03-07 10:00", "A-2",
     "3", ""],
]  # fmt: skip
RESPONSES = [
    ["request_id", "provider_id", "responded_at"],
    ["R1", ID, "2026-03-06 12:00"], ["R1", "A-2", "2026-03-06 13:00"],
    ["R2", ID, "2026-03-06 14:00"],
]  # fmt: skip


# -- files of every kind -----------------------------------------------------------------------


def csv(table: list[list[str]], separator: str = ";", end: str = "\r\n") -> bytes:
    quoted = ([f'"{c}"' if separator in c or "\n" in c else c for c in row] for row in table)
    return "".join(separator.join(row) + end for row in quoted).encode()


def objects(table: list[list[str]]) -> list[dict[str, str]]:
    return [dict(zip(table[0], row, strict=True)) for row in table[1:]]


def xlsx(table: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    for row in table:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parquet(table: list[list[str]]) -> bytes:
    out = io.BytesIO()
    pd.DataFrame(table[1:], columns=table[0]).to_parquet(out)
    return out.getvalue()


KINDS = {
    "csv": csv,
    "tsv": lambda t: csv(t, "\t", "\n"),
    "txt": lambda t: b"\xef\xbb\xbf" + csv(t, "|"),
    "csv.gz": lambda t: gzip.compress(csv(t)),
    "csv.zst": lambda t: zstandard.compress(csv(t)),
    "windows.csv": lambda t: csv(t).decode().encode("windows-1252"),
    "utf16.csv": lambda t: b"\xff\xfe" + csv(t, "\t").decode().encode("utf-16-le"),
    "mac.csv": lambda t: csv(t, ";", "\r"),
    "json": lambda t: json.dumps(objects(t), indent=1, ensure_ascii=False).encode(),
    "escaped.json": lambda t: json.dumps(objects(t)).encode(),
    "jsonl": lambda t: "".join(json.dumps(o) + "\n" for o in objects(t)).encode(),
    "ndjson.gz": lambda t: gzip.compress(
        "".join(json.dumps(o, ensure_ascii=False) + "\n" for o in objects(t)).encode()
    ),
    "xlsx": xlsx,
    "parquet": parquet,
}


def market(root: Path, *kinds: str) -> None:
    """Drops of these kinds, their build and copies of it (earlier, failed, cut short), and logs."""
    for kind in kinds:
        for name, table in {
            f"providers/old.{kind}": [HEADER, OTHERS[0], PERSON],
            f"providers/a-2026-03-20.{kind}": [HEADER, OTHERS[0], PERSON, PERSON, OTHERS[1]],
            f"requests/a-2026-03-20.{kind}": REQUESTS,
            f"responses/a-2026-03-20.{kind}": RESPONSES,
        }.items():
            path = root / "raw" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(KINDS[kind](table))
    built = make.build(root / "raw", root / "warehouse")
    assert built.is_published, built.checks_failed
    served = (root / "warehouse" / "current").resolve()
    shutil.copytree(served, root / "warehouse" / "failed" / "2026-01-01-abc")
    shutil.copytree(served, root / "warehouse" / ".making")
    shutil.copytree(served, served.with_name("2025-01-01-earlier"))
    logs = root / "logs"
    logs.mkdir()
    lines = [
        {"at": "2026-03-21T10:00:00+00:00", "event": "page", "page": "search"},
        {"at": "2026-03-21T10:01:00+00:00", "event": "search", "words": f" {NAME.upper()} "},
        {"at": "2026-03-21T10:02:00+00:00", "url": f"/search?provider={ID}&k=3"},
        {"at": "2026-03-21T10:03:00+00:00", "event": "search", "words": "Annette Vorzügelmann"},
    ]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (logs / "failed-2026-03.jsonl").write_text(text)
    (logs / "failed-2026-02.jsonl.gz").write_bytes(gzip.compress(f"{SIRET}\nother\n".encode()))


def awkward(root: Path, text: str | bytes, sidecar: str = "", name: str = "a-2026-03-20.csv"):
    path = root / "raw" / "providers" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    if sidecar:
        path.with_name(f"{name}.toml").write_text(sidecar)
    make.build(root / "raw", root / "warehouse")
    return path


def run(root: Path, provider: str = ID, **more):
    return forget(provider, root / "raw", root / "warehouse", root / "logs", **more)


# -- looking for remains -----------------------------------------------------------------------


def readings(path: Path) -> list[bytes]:
    """The bytes of a file, and what they hold once unpacked."""
    found = [path.read_bytes()]
    if path.name.endswith(".gz"):
        found.append(gzip.decompress(found[0]))
    if path.name.endswith(".zst"):
        found.append(zstandard.ZstdDecompressor().decompressobj().decompress(found[0]))
    if path.name.endswith(".xlsx"):
        with zipfile.ZipFile(path) as book:
            found += [book.read(part) for part in book.namelist()]
    return found


def is_in_tables(path: Path, words: list[str]) -> bool:
    """Whether a word stands in any cell of a Parquet or DuckDB file."""
    with duckdb.connect() as con:
        if path.suffix == ".parquet":
            tables = [f"read_parquet('{path}')"]
        else:
            con.execute(f"ATTACH '{path}' AS looked_at (READ_ONLY)")
            listed = con.execute(
                "SELECT schema_name, table_name FROM duckdb_tables()"
                " WHERE database_name = 'looked_at'"
            ).fetchall()
            assert len(listed) > 20
            tables = [f'looked_at."{schema}"."{name}"' for schema, name in listed]
        return any(
            con.execute(
                f"SELECT 1 FROM (SELECT to_json(t)::VARCHAR AS text FROM {table} AS t)"
                " WHERE len(list_filter($words, lambda word: contains(text, word))) > 0 LIMIT 1",
                {"words": words},
            ).fetchall()
            for table in tables
        )


def holding(root: Path) -> list[str]:
    """The files below `root` in which any word of the person can be read."""
    words = [*WORDS, NAME.upper(), "vorzugel"]
    written = [word.encode(codec) for word in words for codec in ("utf-8", "utf-16-le", "cp1252")]
    written.append(NAME.replace("ü", "\\u00fc").encode())
    found = []
    for path in sorted(p for p in root.rglob("*") if p.is_file() and not p.is_symlink()):
        is_read = any(word in content for content in readings(path) for word in written)
        is_table = path.suffix in {".parquet", ".duckdb"} and is_in_tables(path, words)
        if is_read or is_table:
            found.append(path.relative_to(root).as_posix())
    return found
