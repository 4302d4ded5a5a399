"""What the digest says, section by section."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from etl import layers
from etl.changes import Changes
from etl.digest import progress
from etl.digest.render import Document, Section
from etl.digest.words import Words
from etl.frames import each

MOST = 15  # lines of a table: a mail is read, the pages hold the rest


@dataclass(frozen=True)
class Served:
    """The served build: targets as progress.measured gives them; names of domains and départements
    (kind, code, name_fr, name_en); files with content_hash, read_rows, refused_rows."""

    build_id: str
    as_of: dt.date
    is_synthetic: bool
    freshness_days: int
    terms: Mapping[str, Any]
    targets: pd.DataFrame
    files: pd.DataFrame
    names: pd.DataFrame


def document(
    words: Words, *, read: Served, files: pd.DataFrame, found: Changes | str, deserts: pd.DataFrame
) -> Document:
    """The whole digest. ``found``: the changes, or why there are none; ``files``: the new files."""
    lines = [words.text("build", date=words.date(read.as_of), id=read.build_id)]
    if isinstance(found, str):
        lines.append(words.text(found))
    else:
        before = {"date": words.date(found.previous_as_of), "id": found.previous_id}
        lines.append(words.text("against", **before))
    if read.is_synthetic:
        lines.append(words.text("synthetic"))
    sections = []
    if not isinstance(found, str):
        names = _names(read.names, words)
        sections += [_coverage(words, found, read, names), _deserts(words, deserts, read, names)]
    sections.append(_targets(words, read))
    if not isinstance(found, str):
        sections.append(_stale(words, found, read))
    sections.append(_refused(words, files))
    title = f"{words.text('title')}, {words.date(read.as_of)}"
    return Document(words.language, title, lines, sections)


def _names(rows: pd.DataFrame, words: Words) -> dict[tuple[str, str], str]:
    labels = rows[f"name_{words.language}"]
    return dict(zip(zip(rows["kind"], rows["code"], strict=True), labels, strict=True))


def _first(words: Words, shown: int, rows: int) -> str:
    if rows <= shown:
        return ""
    return words.text("largest", shown=words.number(shown), all=words.number(rows))


def _coverage(
    words: Words, found: Changes, read: Served, names: Mapping[tuple[str, str], str]
) -> Section:
    k = str(read.terms["k"])
    totals = found.totals.set_index("has_risen")
    lines, rows, hidden = [], [], []
    for has_risen, change in ((False, "fell"), (True, "rose")):
        cells = int(totals["cells"].get(has_risen, 0))
        if not cells:
            lines.append(words.text(f"{change}_none", k=k))
            continue
        people = words.number(totals.loc[has_risen, "population"])
        lines.append(words.text(change, cells, k=k, people=people))
        places = found.places[found.places["has_risen"] == has_risen]
        for row in each(places.head(MOST)):
            departement = names.get(("departement", str(row.departement_code)), "")
            rows.append(
                (
                    words.text(f"change_{change}"),
                    names.get(("domain", str(row.domain_code)), str(row.domain_code)),
                    f"{departement} ({row.departement_code})",
                    str(row.largest_commune),
                    words.number(row.communes),
                    words.number(row.population),
                )
            )
        if len(places) > MOST:
            label = words.text(f"change_{change}")
            hidden.append(f"{label} – {_first(words, MOST, len(places))}")
    head = ("change", "domain", "departement", "largest_commune", "communes", "people")
    title = words.text("coverage", k=k)
    return Section(title, lines, _head(words, *head), rows, " ".join(hidden), numbers_from=4)


def _head(words: Words, *keys: str) -> tuple[str, ...]:
    return tuple(key if key == "n" else words.text(key) for key in keys)


def _window(words: Words, read: Served) -> dict[str, str]:
    return {name: words.month(read.terms[name]) for name in ("from", "to")}


def _deserts(
    words: Words, deserts: pd.DataFrame, read: Served, names: Mapping[tuple[str, str], str]
) -> Section:
    window = _window(words, read)
    if deserts.empty:
        return Section(words.text("deserts"), [words.text("deserts_none", **window)])
    rows = [
        (
            f"{row.commune_name} ({row.departement_code})",
            names.get(("domain", str(row.domain_code)), str(row.domain_code)),
            words.number(row.requests),
            words.number(row.providers_before),
            words.number(row.population),
        )
        for row in each(deserts.head(MOST))
    ]
    return Section(
        words.text("deserts"),
        [words.text("deserts_found", len(deserts), **window)],
        _head(words, "commune", "domain", "requests", "providers_before", "people"),
        rows,
        _first(words, MOST, len(deserts)),
        numbers_from=2,
    )


def _targets(words: Words, read: Served) -> Section:
    title, targets = words.text("targets"), read.targets
    if targets.empty:
        return Section(title, [words.text("targets_none")])
    due = targets[[progress.is_due(day, read.as_of) for day in targets["due_on"]]]
    if due.empty:
        return Section(title, [words.text("targets_not_due", all=words.number(len(targets)))])
    missed = due[due["state"] == progress.MISSED]
    unknown = int((due["state"] == progress.UNKNOWN).sum())
    key = "targets_met" if missed.empty else "targets_missed"
    count = len(due) if missed.empty else len(missed)
    lines = [words.text(key, count, due=words.number(len(due)))]
    if unknown:
        lines.append(words.text("targets_unknown", unknown))
    terms = {"k": str(read.terms["k"]), "days": str(read.terms["days"])}
    lines.append(words.text("targets_terms", **terms, **_window(words, read)))
    labels = {f.name: f.header[f"label.{words.language}"] for f in layers.files_of("metrics")}
    rows = [
        (
            labels[str(row.metric)],
            str(row.scope_fr if words.language == "fr" else row.scope_en),
            str(row.place) if row.level == "country" else f"{row.place} ({row.code})",
            words.date(row.due_on),
            words.measure(row.target, str(row.unit)),
            words.measure(row.value, str(row.unit)),
            words.number(row.n),
        )
        for row in each(missed.head(MOST))
    ]
    head = _head(words, "metric", "domain", "territory", "due", "target", "value", "n")
    return Section(title, lines, head, rows, _first(words, MOST, len(missed)), numbers_from=4)


def _stale(words: Words, found: Changes, read: Served) -> Section:
    rows = found.providers
    is_stale = (rows["change"] == "gone") & (rows["reason"] == "stale")
    count, days = int(rows.loc[is_stale, "providers"].sum()), str(read.freshness_days)
    line = (
        words.text("stale_found", count, days=days)
        if count
        else words.text("stale_none", days=days)
    )
    return Section(words.text("stale"), [line])


def _refused(words: Words, files: pd.DataFrame) -> Section:
    about = {
        "read": words.number(files["read_rows"].sum()), "files": words.number(len(files)),
    }  # fmt: skip
    refused = int(files["refused_rows"].sum())
    if not refused:
        return Section(words.text("refused"), [words.text("refused_none", **about)])
    bad = files[files["refused_rows"] > 0]
    rows = [
        (str(row.file), words.number(row.refused_rows), words.number(row.read_rows))
        for row in each(bad.head(MOST))
    ]
    return Section(
        words.text("refused"),
        [words.text("refused_found", refused, **about)],
        _head(words, "file", "refused_rows", "read_rows"),
        rows,
        _first(words, MOST, len(bad)),
        numbers_from=1,
    )
