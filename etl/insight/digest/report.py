"""What the digest says, section by section."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from etl.insight import registry, target_states
from etl.insight.changes import Changes
from etl.insight.digest.render import Document, Section
from etl.insight.part import COUNTRY, Part
from etl.insight.small_samples import UNSURE
from etl.words.rows import each
from etl.words.words import Words

MOST = 15  # lines of a table: a mail is read, the pages hold the rest
FIGURES = ("requests", "fill_rate", "coverage_demand", "active_providers")
NAMED = 3  # territories, or domains, that a title names
# of a territory and a scope (level, code, scope), by metric, as target_states.cell gives them
Figures = Mapping[tuple[str, str, str], Mapping[str, Mapping[str, float]]]


@dataclass(frozen=True)
class Served:
    """The served build: targets as progress.measured gives them; names of scopes and territories
    (kind, code, name_fr, name_en); files as known_files.sql gives them."""

    build_id: str
    as_of: dt.date
    is_synthetic: bool
    freshness_days: int
    terms: Mapping[str, Any]
    figures: Figures
    targets: pd.DataFrame
    files: pd.DataFrame
    names: pd.DataFrame


def document(
    words: Words, *, read: Served, part: Part, before: Figures | None, files: pd.DataFrame,
    found: Changes | str, deserts: pd.DataFrame,
) -> Document:  # fmt: skip
    """The whole digest of a part. ``found``: the changes, or why there are none; ``before``: the
    figures of the build before; ``files``: the new files."""
    _ = words.gettext
    names = names_of(read.names, words)
    lines = [_("Data as of {date}, build {id}.", date=words.date(read.as_of), id=read.build_id)]
    if isinstance(found, str):
        lines.append(not_compared(found, words))
    else:
        told = {"date": words.date(found.previous_as_of), "id": found.previous_id}
        lines.append(_("Compared with the build of {date}, {id}.", **told))
        lines += departures(words, found)
    if read.is_synthetic:
        lines.append(words.synthetic())
    sections = [_figures(words, read, before, names)]
    if not isinstance(found, str):
        sections += [_coverage(words, found, read, names), _deserts(words, deserts, read, names)]
    sections.append(_targets(words, read))
    if not isinstance(found, str):
        sections.append(_stale(words, found, read))
    sections.append(_refused(words, files, part))
    return Document(words.language, title(words, read.as_of, part, names), lines, sections)


def title(words: Words, as_of: dt.date, part: Part, names: Mapping[tuple[str, str], str]) -> str:
    """What changed, when, where and in which domains; nothing of all France and of all domains."""
    told = [f"{words.gettext('Maillage: what changed')}, {words.date(as_of)}"]
    for listed in (
        [names.get(place, place[1]) for place in part.places if place != COUNTRY],
        [names.get(("scope", code), code) for code in part.domains],
    ):
        more = ["…"] if len(listed) > NAMED else []
        told += [", ".join(listed[:NAMED] + more)] if listed else []
    return " – ".join(told)


def cell_names(cell: tuple[str, str, str], names: Mapping[tuple[str, str], str]) -> tuple[str, str]:
    """What a territory and a scope are called, the territory with its code."""
    level, code, scope = cell
    place = names.get((level, code), code)
    return place if (level, code) == COUNTRY else f"{place} ({code})", names.get(
        ("scope", scope), scope
    )


def _figures(
    words: Words, read: Served, before: Figures | None, names: Mapping[tuple[str, str], str]
) -> Section:
    _ = words.gettext
    known = registry.metrics(words.language)

    def told(cell: tuple[str, str, str], name: str) -> str:
        now = _figure(words, known[name], read.figures[cell][name])
        was = _figure(words, known[name], before[cell][name]) if before else now
        return now if was == now else _("{now} (before: {before})", now=now, before=was)

    cells = list(read.figures)
    rows = [
        (*cell_names(cell, names), *(told(cell, name) for name in FIGURES)) for cell in cells[:MOST]
    ]
    lines = [
        _(
            "Requests from {from} to {to}, filled within {days} days; {k} providers needed.",
            k=str(read.terms["k"]), days=str(read.terms["days"]), **_window(words, read),
        )
    ]  # fmt: skip
    head = (_("Territory"), _("Domain"), *(known[name].label for name in FIGURES))
    note = first_of(words, MOST, len(cells))
    return Section(_("Key figures"), lines, head, rows, note, numbers_from=2)


def _figure(words: Words, metric: registry.Metric, found: Mapping[str, float]) -> str:
    """A figure; of few cases with its interval."""
    text = words.measure(found.get("value"), metric.unit)
    if not metric.is_sampled or found.get("n", 0) >= UNSURE or "value" not in found:
        return text
    interval = words.interval(found.get("low"), found.get("high"))
    return f"{text} ({interval})" if interval else text


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


def names_of(rows: pd.DataFrame, words: Words) -> dict[tuple[str, str], str]:
    """(kind, code): what scopes and territories are called, as names.sql gives them."""
    labels = rows[f"name_{words.language}"]
    return dict(zip(zip(rows["kind"], rows["code"], strict=True), labels, strict=True))


def first_of(words: Words, shown: int, rows: int) -> str:
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
                    names.get(("scope", str(row.domain_code)), str(row.domain_code)),
                    f"{departement} ({row.departement_code})",
                    str(row.largest_commune),
                    words.number(row.communes),
                    words.number(row.population),
                )
            )
        if len(places) > MOST:
            label = words.name("change", change)
            hidden.append(f"{label} – {first_of(words, MOST, len(places))}")
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
            names.get(("scope", str(row.domain_code)), str(row.domain_code)),
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
        first_of(words, MOST, len(deserts)),
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
    return Section(title, lines, head, rows, first_of(words, MOST, len(missed)), numbers_from=4)


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


def _refused(words: Words, files: pd.DataFrame, part: Part) -> Section:
    _ = words.gettext
    is_whole = part == Part()
    everywhere = [] if is_whole else [_("Files are of no territory or domain: all are told here.")]
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
            [
                _("No row refused of {read} read, in {files} new files.", **about),
                *more,
                *everywhere,
            ],
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
            *everywhere,
        ],
        (_("File"), _("Refused"), _("Read")),
        rows,
        first_of(words, MOST, len(bad)),
        numbers_from=1,
    )
