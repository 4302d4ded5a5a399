"""Tables of the quality page as the reader sees them: translated names, nothing computed twice."""

import json

import pandas as pd

from etl.problems import Note
from etl.words import reasons
from pages.shared import i18n, query, theme

_ = i18n.gettext

OF_REASON = ["reason_code", "column_name", "arguments"]


def files(rows: pd.DataFrame) -> pd.DataFrame:
    """The files that were loaded, with how each was dated and used."""
    origins = {
        "sidecar": _("said beside the file"),
        "name": _("from the file's name"),
        "rows": _("newest date in its rows"),
        "correction": _("from the file that it corrects"),
    }
    modes = {"delta": _("changes"), "snapshot": _("complete list")}
    table = pd.DataFrame(
        {
            _("Source"): rows["source"].map(lambda source: i18n.name("source", source)),
            _("File"): rows["file"],
            _("As of"): rows["as_of"],
            _("Date found"): rows["as_of_origin"].map(lambda code: origins.get(code, code)),
            _("Holds"): rows["mode"].map(lambda code: modes.get(code, code)),
            _("Read"): rows["read_rows"],
            _("Accepted"): rows["accepted_rows"],
            _("Refused"): rows["refused_rows"] - rows["corrected_rows"],
            _("Repaired"): rows["repaired_values"],
            _("Columns nobody asked for"): rows["unknown_columns"],
        }
    )
    if rows["filtered_rows"].any():
        table.insert(8, _("Filtered out"), rows["filtered_rows"])
    if rows["corrected_rows"].any():
        table.insert(8, _("Corrected"), rows["corrected_rows"])
    if rows["corrects"].notna().any():
        table.insert(2, _("Corrects"), rows["corrects"].fillna(""))
    if rows["merged_rows"].any():
        table.insert(7, _("Merged into another"), rows["merged_rows"])
    return table


def notes(rows: pd.DataFrame) -> pd.DataFrame:
    """What was guessed of a file, and what of its sidecar met no row."""
    told = [
        reasons.note(Note(code, json.loads(arguments)), i18n.language())
        for code, arguments in zip(rows["note_code"], rows["arguments"], strict=True)
    ]
    return pd.DataFrame({_("File"): rows["file"], _("What to know"): told})


def freshness(rows: pd.DataFrame) -> pd.DataFrame:
    """Each source's newest file and how much older it is than the build."""
    as_of = query.build().as_of
    newest = rows.groupby("source")["as_of"].max().map(theme.as_date)
    return pd.DataFrame(
        {
            _("Source"): [i18n.name("source", source) for source in newest.index],
            _("Newest file"): list(newest),
            _("Days behind the newest source"): [(as_of - day).days for day in newest],
            _("Files"): list(rows.groupby("source").size()),
        }
    )


def reason_labels(rows: pd.DataFrame) -> dict[str, str]:
    """Each reason's code and what it says of any row: the blanks of its sentence stay open."""
    return {code: reasons.of_any(code, i18n.language()) for code in rows["reason_code"].unique()}


def by_reason(rows: pd.DataFrame, count: str, title: str) -> pd.DataFrame:
    """How often a column was refused or repaired for a reason, over all files.

    ``count`` names the number to add up and ``title`` its heading. A row that has two reasons
    counts under both.
    """
    keys = ["source", "column_name", "reason_code"]
    labels = reason_labels(rows)
    counts = [name for name in (count, "corrected_rows") if name in rows]
    found = (
        rows.groupby(keys, as_index=False)[counts]
        .sum()
        .sort_values([count, *keys], ascending=[False, True, True, True])
    )
    table = pd.DataFrame(
        {
            _("Source"): found["source"].map(lambda source: i18n.name("source", source)),
            _("Column"): found["column_name"],
            _("Reason"): found["reason_code"].map(labels),
            title: found[count],
        }
    )
    if "corrected_rows" in found and found["corrected_rows"].any():
        table[_("Corrected")] = found["corrected_rows"]
    return table


def places_in_files(rows: pd.DataFrame, *, is_refused: bool) -> pd.DataFrame:
    """Refused rows or repaired values with file, line, column, value and reason; a mark on rows
    that a correction has brought back."""
    table = pd.DataFrame(
        {
            _("File"): rows["file"],
            _("Line"): rows["line"].astype("string"),
            _("Column"): rows["column_name"],
            _("Value"): rows["value"],
            _("Reason"): [
                reasons.finding(*of, i18n.language(), is_refused=is_refused)
                for of in rows[OF_REASON].itertuples(index=False)
            ],
        }
    )
    if "is_corrected" in rows and rows["is_corrected"].any():
        table.insert(2, _("Corrected"), ["✓" if done else "" for done in rows["is_corrected"]])
    return table


def checks(rows: pd.DataFrame) -> pd.DataFrame:
    """What every build must satisfy, and whether this one does."""
    return pd.DataFrame(
        {
            _("Check"): [reasons.check(name, i18n.language()) for name in rows["check_name"]],
            _("Result"): [_("✓ holds") if n == 0 else _("✗ fails") for n in rows["failed_rows"]],
            _("Rows against it"): rows["failed_rows"],
        }
    )


def unknowns(rows: pd.DataFrame) -> pd.DataFrame:
    """For each source, the shares of what has no known domain or place, in percent."""
    rows = rows[rows["total"] > 0]

    def share(column: str) -> pd.Series:
        return (100 * rows[column].astype("Float64") / rows["total"]).round(1)

    return pd.DataFrame(
        {
            _("Source"): rows["source"].map(lambda source: i18n.name("source", source)),
            _("Rows in use"): rows["total"],
            _("Domain unknown (%)"): share("unknown_domain"),
            _("Place unknown (%)"): share("unknown_place"),
            _("Place known, but not the commune (%)"): share("rough_place"),
        }
    )
