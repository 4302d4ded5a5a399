"""Tables of the quality page as the reader sees them: translated names, nothing computed twice."""

import json
import re
from collections.abc import Mapping

import pandas as pd

from etl import problems
from pages.shared import i18n, query, theme

BLANK = re.compile(r"{[a-z_]+}")


def files(rows: pd.DataFrame) -> pd.DataFrame:
    """The files that were loaded, with how each was dated and used."""
    _ = i18n.gettext
    origins = {
        "sidecar": _("said beside the file"),
        "name": _("from the file's name"),
        "rows": _("newest date in its rows"),
    }
    modes = {"delta": _("changes"), "snapshot": _("complete list")}
    table = pd.DataFrame(
        {
            _("Source"): rows["source"].map(theme.source_label),
            _("File"): rows["file"],
            _("As of"): rows["as_of"],
            _("Date found"): rows["as_of_origin"].map(lambda code: origins.get(code, code)),
            _("Holds"): rows["mode"].map(lambda code: modes.get(code, code)),
            _("Read"): rows["read_rows"],
            _("Accepted"): rows["accepted_rows"],
            _("Refused"): rows["refused_rows"],
            _("Repaired"): rows["repaired_values"],
            _("Columns nobody asked for"): rows["unknown_columns"],
        }
    )
    if rows["filtered_rows"].any():
        table.insert(8, _("Filtered out"), rows["filtered_rows"])
    return table


def freshness(rows: pd.DataFrame) -> pd.DataFrame:
    """Each source's newest file and how much older it is than the build."""
    _ = i18n.gettext
    as_of = query.build().as_of
    newest = rows.groupby("source")["as_of"].max().map(theme.as_date)
    return pd.DataFrame(
        {
            _("Source"): [theme.source_label(str(source)) for source in newest.index],
            _("Newest file"): list(newest),
            _("Days behind the newest source"): [(as_of - day).days for day in newest],
            _("Files"): list(rows.groupby("source").size()),
        }
    )


def reason_labels(rows: pd.DataFrame) -> dict[str, str]:
    """Each reason's code and what it says of any row: the blanks of its sentence stay open."""
    lang = i18n.language()
    sentences = problems.templates()["row"]
    return {
        str(code): BLANK.sub("…", sentences[code][lang]) if code in sentences else str(example)
        for code, example in zip(rows["reason_code"], rows[f"reason_{lang}"], strict=True)
    }


def reasons(rows: pd.DataFrame, count: str, title: str) -> pd.DataFrame:
    """How often a column was refused or repaired for a reason, over all files.

    ``count`` names the number to add up and ``title`` its heading. A row that has two reasons
    counts under both.
    """
    _ = i18n.gettext
    keys = ["source", "column_name", "reason_code"]
    labels = reason_labels(rows)
    found = (
        rows.groupby(keys, as_index=False)
        .agg({count: "sum"})
        .sort_values([count, *keys], ascending=[False, True, True, True])
    )
    return pd.DataFrame(
        {
            _("Source"): found["source"].map(theme.source_label),
            _("Column"): found["column_name"],
            _("Reason"): found["reason_code"].map(labels),
            title: found[count],
        }
    )


def places_in_files(rows: pd.DataFrame) -> pd.DataFrame:
    """Refused rows or repaired values with file, line, column, value and reason."""
    _ = i18n.gettext
    return pd.DataFrame(
        {
            _("File"): rows["file"],
            _("Line"): rows["line"].astype("string"),
            _("Column"): rows["column_name"],
            _("Value"): rows["value"],
            _("Reason"): rows[f"reason_{i18n.language()}"],
        }
    )


def checks(rows: pd.DataFrame) -> pd.DataFrame:
    """What every build must satisfy, and whether this one does."""
    _ = i18n.gettext
    return pd.DataFrame(
        {
            _("Check"): rows[f"label_{i18n.language()}"],
            _("Result"): [_("✓ holds") if n == 0 else _("✗ fails") for n in rows["failed_rows"]],
            _("Rows against it"): rows["failed_rows"],
        }
    )


def unknowns(rows: pd.DataFrame) -> pd.DataFrame:
    """For each source, the shares of what has no known domain or place, in percent."""
    _ = i18n.gettext
    rows = rows[rows["total"] > 0]

    def share(column: str) -> pd.Series:
        return (100 * rows[column].astype("Float64") / rows["total"]).round(1)

    return pd.DataFrame(
        {
            _("Source"): rows["source"].map(theme.source_label),
            _("Rows in use"): rows["total"],
            _("Domain unknown (%)"): share("unknown_domain"),
            _("Place unknown (%)"): share("unknown_place"),
            _("Place known, but not the commune (%)"): share("rough_place"),
        }
    )


def to_correct(rows: pd.DataFrame, names: Mapping[str, str], lang: str) -> pd.DataFrame:
    """Refused rows in their file's own columns, with line and reason, to correct and drop again.

    ``names`` gives the names of the two columns that are added: line and reason.
    """
    own = pd.DataFrame([json.loads(text) for text in rows["row_json"]], dtype="object")
    own[names["line"]] = list(rows["line"])
    own[names["reason"]] = list(rows[f"reasons_{lang}"])
    return own
