"""What the digest says, section by section."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from etl.insight import registry, target_states
from etl.insight.changes import Changes
from etl.insight.digest.render import Document, Section
from etl.words.rows import each
from etl.words.words import Words

MOST = 15  # lines of a table: a mail is read, the pages hold the rest


@dataclass(frozen=True)
class Served:
    """The served build: targets as progress.measured gives them; names of domains and départements
    (kind, code, name_fr, name_en); files as known_files.sql gives them."""

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
    _ = words.gettext
    lines = [_("Data as of {date}, build {id}.", date=words.date(read.as_of), id=read.build_id)]
    if isinstance(found, str):
        lines.append(not_compared(found, words))
    else:
        before = {"date": words.date(found.previous_as_of), "id": found.previous_id}
        lines.append(_("Compared with the build of {date}, {id}.", **before))
        lines += departures(words, found)
    if read.is_synthetic:
        lines.append(words.synthetic())
    sections = []
    if not isinstance(found, str):
        names = _names(read.names, words)
        sections += [_coverage(words, found, read, names), _deserts(words, deserts, read, names)]
    sections.append(_targets(words, read))
    if not isinstance(found, str):
        sections.append(_stale(words, found, read))
    sections.append(_refused(words, files))
    title = f"{_('Maillage: what changed')}, {words.date(read.as_of)}"
    return Document(words.language, title, lines, sections)


def not_compared(why: str, words: Words) -> str:
    """Why nothing is told of the build before."""
    _ = words.gettext
    return {
        "first": _("This is the first build: what changes will be told from the next one on."),
        "sample": _("The previous build is not compared: one of the two is sample data."),
        "unreadable": _(
            "The previous build cannot be compared: it was made by another version of Maillage."
        ),
    }[why]


def crossed(has_risen: bool, found: Changes, words: Words, k: str) -> str:
    """How many cells came to k providers, or fell below."""
    _, totals = words.gettext, found.totals.set_index("has_risen")
    cells = int(totals["cells"].get(has_risen, 0))
    if not cells and has_risen:
        return _("No commune × domain rose to {k} providers.", k=k)
    if not cells:
        return _("No commune × domain fell below {k} providers.", k=k)
    told = {"k": k, "people": words.number(totals.loc[has_risen, "population"])}
    if has_risen:
        return words.ngettext(
            "{n} commune × domain rose to {k} providers: {people} people live there.",
            "{n} communes × domains rose to {k} providers: {people} people live there.",
            cells, **told,
        )  # fmt: skip
    return words.ngettext(
        "{n} commune × domain fell below {k} providers: {people} people live there.",
        "{n} communes × domains fell below {k} providers: {people} people live there.",
        cells, **told,
    )  # fmt: skip


def departures(words: Words, found: Changes) -> list[str]:
    """A line per list after which many left."""
    return [
        words.ngettext(
            "Many left: {n} of the {known} known ({source}) on {date}, being no longer in {file}. "
            "If that list is not complete, send the whole one.",
            "Many left: {n} of the {known} known ({source}) on {date}, being no longer in {file}. "
            "If that list is not complete, send the whole one.",
            row.leaving,
            known=words.number(row.known),
            date=words.date(row.as_of),
            source=words.name("source", row.source),
            file=str(row.file),
        )
        for row in each(found.departures)
    ]


def _names(rows: pd.DataFrame, words: Words) -> dict[tuple[str, str], str]:
    labels = rows[f"name_{words.language}"]
    return dict(zip(zip(rows["kind"], rows["code"], strict=True), labels, strict=True))


def _first(words: Words, shown: int, rows: int) -> str:
    _ = words.gettext
    if rows <= shown:
        return ""
    return _("The first {shown} of {all}.", shown=words.number(shown), all=words.number(rows))


def _coverage(
    words: Words, found: Changes, read: Served, names: Mapping[tuple[str, str], str]
) -> Section:
    _ = words.gettext
    k = str(read.terms["k"])
    lines, rows, hidden = [], [], []
    for has_risen, change in ((False, "fell"), (True, "rose")):
        lines.append(crossed(has_risen, found, words, k))
        places = found.places[found.places["has_risen"] == has_risen]
        for row in each(places.head(MOST)):
            departement = names.get(("departement", str(row.departement_code)), "")
            rows.append(
                (
                    words.name("change", change),
                    names.get(("domain", str(row.domain_code)), str(row.domain_code)),
                    f"{departement} ({row.departement_code})",
                    str(row.largest_commune),
                    words.number(row.communes),
                    words.number(row.population),
                )
            )
        if len(places) > MOST:
            label = words.name("change", change)
            hidden.append(f"{label} – {_first(words, MOST, len(places))}")
    head = (
        _("Change"), _("Domain"), _("Département"), _("Largest commune"), _("Communes"),
        _("People"),
    )  # fmt: skip
    title = _("Coverage: places that crossed {k} providers", k=k)
    return Section(title, lines, head, rows, " ".join(hidden), numbers_from=4)


def _window(words: Words, read: Served) -> dict[str, str]:
    return {name: words.month(read.terms[name]) for name in ("from", "to")}


def _deserts(
    words: Words, deserts: pd.DataFrame, read: Served, names: Mapping[tuple[str, str], str]
) -> Section:
    _ = words.gettext
    window = _window(words, read)
    if deserts.empty:
        return Section(
            _("New deserts"),
            [_("No commune with requests from {from} to {to} lost its last provider.", **window)],
        )
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
        _("New deserts"),
        [
            words.ngettext(
                "{n} commune × domain lost its last provider, with requests from {from} to {to}.",
                "{n} communes × domains lost their last provider, with requests from {from} to "
                "{to}.",
                len(deserts),
                **window,
            )
        ],
        (_("Commune"), _("Domain"), _("Requests"), _("Providers before"), _("People")),
        rows,
        _first(words, MOST, len(deserts)),
        numbers_from=2,
    )


def _targets(words: Words, read: Served) -> Section:
    _ = words.gettext
    title, targets = _("Targets missed"), read.targets
    if targets.empty:
        return Section(title, [_("No target is loaded.")])
    due = targets[[target_states.is_due(day, read.as_of) for day in targets["due_on"]]]
    if due.empty:
        return Section(
            title, [_("No target is due yet ({all} loaded).", all=words.number(len(targets)))]
        )
    missed = due[due["state"] == target_states.MISSED]
    unknown = int((due["state"] == target_states.UNKNOWN).sum())
    all_due = words.number(len(due))
    if missed.empty:
        told = words.ngettext(
            "No target due is missed ({n} due).", "No target due is missed ({n} due).", len(due)
        )
    else:
        told = words.ngettext(
            "{n} of {due} target due is missed.",
            "{n} of {due} targets due are missed.",
            len(missed),
            due=all_due,
        )
    lines = [told]
    if unknown:
        lines.append(
            words.ngettext(
                "{n} target due cannot be told: no known value.",
                "{n} targets due cannot be told: no known value.",
                unknown,
            )
        )
    terms = {"k": str(read.terms["k"]), "days": str(read.terms["days"])}
    lines.append(
        _(
            "Values from {from} to {to}, {k} providers needed, filled within {days} days.",
            **terms,
            **_window(words, read),
        )
    )
    known = registry.metrics(words.language)
    rows = [
        (
            known[str(row.metric)].label,
            str(row.scope_fr if words.language == "fr" else row.scope_en),
            str(row.place) if row.level == "country" else f"{row.place} ({row.code})",
            words.date(row.due_on),
            words.target(row),
            words.measured(row),
            words.cases(row.n, row.left_out),
        )
        for row in each(missed.head(MOST))
    ]
    head = (
        _("Metric"), _("Domain"), _("Territory"), _("Due"), _("Target"), _("Value"), "n",
    )  # fmt: skip
    return Section(title, lines, head, rows, _first(words, MOST, len(missed)), numbers_from=4)


def _stale(words: Words, found: Changes, read: Served) -> Section:
    _ = words.gettext
    rows = found.providers
    is_stale = (rows["change"] == "gone") & (rows["reason"] == "stale")
    count, days = int(rows.loc[is_stale, "providers"].sum()), str(read.freshness_days)
    line = (
        words.ngettext(
            "{n} provider that was active has not been seen for more than {days} days.",
            "{n} providers that were active have not been seen for more than {days} days.",
            count,
            days=days,
        )
        if count
        else _("No active provider went stale (not seen for more than {days} days).", days=days)
    )
    return Section(_("Stale providers"), [line])


def _refused(words: Words, files: pd.DataFrame) -> Section:
    _ = words.gettext
    about = {
        "read": words.number(files["read_rows"].sum()), "files": words.number(len(files)),
    }  # fmt: skip
    refused, corrected = (int(files[f"{kind}_rows"].sum()) for kind in ("refused", "corrected"))
    more = (
        [
            words.ngettext(
                "{n} more was refused and has come back corrected.",
                "{n} more were refused and have come back corrected.",
                corrected,
            )
        ]
        if corrected
        else []
    )
    if not refused:
        return Section(
            _("Refused rows"),
            [_("No row refused of {read} read, in {files} new files.", **about), *more],
        )
    bad = files[files["refused_rows"] > 0]
    rows = [
        (str(row.file), words.number(row.refused_rows), words.number(row.read_rows))
        for row in each(bad.head(MOST))
    ]
    return Section(
        _("Refused rows"),
        [
            words.ngettext(
                "{n} row refused of {read} read, in {files} new files.",
                "{n} rows refused of {read} read, in {files} new files.",
                refused,
                **about,
            ),
            *more,
        ],
        (_("File"), _("Refused"), _("Read")),
        rows,
        _first(words, MOST, len(bad)),
        numbers_from=1,
    )
