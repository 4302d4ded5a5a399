"""Rows to correct as one archive: for each file a CSV and its sidecar, ready to go back."""

import csv
import io
import json
import re
import zipfile
from pathlib import PurePosixPath
from typing import Any

import pandas as pd

from etl.intake import corrections
from etl.words import reasons
from pages.shared import i18n

_ = i18n.gettext

ENDING = re.compile(r"(\.(csv|tsv|txt|xlsx|parquet|jsonl?|ndjson|gz|zst|zip))+$", re.I)
STOCK = re.compile(r"^stock", re.I)  # of Sirene: a name that is read as a register


def archive(rows: pd.DataFrame, lang: str) -> bytes:
    """The archive of rows as rows_to_correct.sql gives them; the same rows, the same bytes."""
    out = io.BytesIO()
    taken: set[str] = set()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for _key, of_file in rows.groupby("file_id", sort=True):
            first = of_file.iloc[0]
            name = _name(str(first["source"]), str(first["file"]), lang, taken)
            verbs = corrections.sidecar_text(
                first["as_of"], first["content_hash"], str(first["verbs"])
            )
            for ending, content in (("csv", _table(of_file, lang)), ("toml", verbs)):
                entry = zipfile.ZipInfo(f"{name}.{ending}")  # of 1980: no clock
                packed.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _name(source: str, file: str, lang: str, taken: set[str]) -> str:
    """Where the rows of a file stand in the archive, without an ending. The short name of the
    sidecar serves the CSV also where a spreadsheet saves it as a workbook."""
    path = PurePosixPath(file)
    stem = ENDING.sub("", path.parent.name if STOCK.match(path.name) else path.name)
    base = f"{source}/{_('to-correct', lang)}-{stem.replace('.', '-')}"
    name, number = base, 2
    while name.lower() in taken:
        name, number = f"{base}-{number}", number + 1
    taken.add(name.lower())
    return name


def _table(rows: pd.DataFrame, lang: str) -> bytes:
    """The rows as CSV: the file's own columns and the reason, which is not read back as data."""
    columns = [str(column) for column in rows.iloc[0]["own_columns"]]
    out = io.StringIO()
    separator = ";" if lang == "fr" else ","
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerow([*map(_safe, columns), corrections.REASON[lang]])
    for _key, row in rows.iterrows():
        text = row["fields_json"] if isinstance(row["fields_json"], str) else row["row_json"]
        cells = json.loads(text)
        own = [_safe(cells.get(column) or "") for column in columns] if row["is_row"] else []
        own += [""] * (len(columns) - len(own))
        writer.writerow([*own, _reason(row, cells, lang)])
    return out.getvalue().encode("utf-8-sig")


def _reason(row: pd.Series, cells: dict[str, Any], lang: str) -> str:
    """Why a row was refused, with its line in front; a line that is no row stands there whole."""
    said = [_("line {line}: {reasons}", lang)]
    if row["is_repeated"]:
        said.append(
            _("Delete the row here to keep the first one; left here, it takes its place.", lang)
        )
    if not row["is_row"]:
        said.append(str(cells.get("text", "")))
    found = {reasons.finding(**each, language=lang, is_refused=True) for each in row["reasons"]}
    told = said[0].format(line=row["line"], reasons=" ; ".join(sorted(found)))
    return told + "".join(f" {text}" for text in said[1:])


def _safe(text: str) -> str:
    """A text that a spreadsheet would run as a formula gets an apostrophe, taken off on return."""
    return f"'{text}" if text[:1] and text[0] in corrections.FORMULA and len(text) > 1 else text
