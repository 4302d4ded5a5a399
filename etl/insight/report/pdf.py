"""A report as PDF: laid out by Typst from report.typ, which finds nothing outside this package.

Same report, same bytes: the only date is the build's. The PDF meets PDF/UA-1, the standard of
accessible documents: tagged headings and tables, words for every picture, a language and a title.
"""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from etl.insight.partner_cells import is_hidden
from etl.insight.picture.typeset import compiled
from etl.insight.report import drawing
from etl.insight.report.model import (
    DARK_FROM,
    SHADES,
    Beside,
    Classes,
    Column,
    Figure,
    Figures,
    Heading,
    Picture,
    Report,
    Section,
    Table,
    Text,
)
from etl.insight.report.words import ReportWords

HERE = Path(__file__).parent
STANDARD: Literal["ua-1"] = "ua-1"
IS_LEFT = {"text", "date", "month", "year"}


def pdf(report: Report) -> bytes:
    """The report as PDF/UA-1."""
    words = ReportWords(report.language)
    _ = words.gettext
    content = {
        "lang": report.language,
        "title": report.title,
        "subtitle": report.subtitle,
        "warning": report.warning,
        "build": _("Maillage · build {id}", id=report.build_id),
        "date": _dated(report, words),
        "page": _("Page"),
        "as_of": [report.as_of.year, report.as_of.month, report.as_of.day],
        "sections": [_section(section, words) for section in report.sections],
        "definitions": {
            "title": _("What the figures mean"),
            "items": [vars(found) for found in report.definitions if found.is_printed],
            "about_title": _("About this report"),
            "about": [
                [label, words.long_date(value) if isinstance(value, dt.date) else str(value)]
                for label, value in report.about
            ],
        },
    }
    stamp = dt.datetime(*report.as_of.timetuple()[:3], tzinfo=dt.UTC)
    return compiled(HERE / "report.typ", content, timestamp=stamp, pdf_standards=STANDARD)


def _dated(report: Report, words: ReportWords) -> str:
    _ = words.gettext
    date = words.long_date(report.as_of)
    if report.edition:
        return _("Edition {edition}, data as of {date}", edition=report.edition, date=date)
    return _("Data as of {date}", date=date)


def _section(section: Section, words: ReportWords) -> dict[str, Any]:
    return {
        "title": section.title,
        "starts_page": section.starts_page,
        "blocks": _blocks(section.blocks, words),
    }


def _blocks(blocks: list[Any], words: ReportWords) -> list[dict[str, Any]]:
    return [_FORMS[type(block)](block, words) for block in blocks if _is_printed(block)]


def _is_printed(block: Any) -> bool:
    return not isinstance(block, Table) or block.is_printed


def _table(table: Table, words: ReportWords) -> dict[str, Any]:
    _ = words.gettext
    kept = [j for j, column in enumerate(table.columns) if column.is_printed]
    columns = [table.columns[j] for j in kept]
    rows = [[row[j] for j in kept] for row in list(table.rows)[: table.most]]
    notes = list(table.notes)
    if len(rows) < len(table.rows):
        shown, whole = words.number(len(rows)), words.number(len(table.rows))
        notes.insert(
            0,
            _(
                "The first {shown} of {all}; the workbook holds all of them.",
                shown=shown,
                all=whole,
            ),
        )
    notes += words.revised(rows)
    most = [
        max((abs(v) for v in values if isinstance(v, (int, float)) and v == v), default=0)
        for values in zip(*rows, strict=True)
    ]
    return {
        "type": "heatmap" if table.classes else "table",
        "title": table.title,
        "widths": [column.width for column in columns],
        "left": [column.kind in IS_LEFT for column in columns],
        "head": [column.label for column in columns],
        "rows": [
            [
                {
                    "text": words.cell(value, column),
                    "bar": _bar(value, most[j]) if column.is_barred else None,
                    "is_withheld": is_hidden(value),
                    **_tint(value, table, column.kind),
                }
                for j, (value, column) in enumerate(zip(row, columns, strict=True))
            ]
            for row in rows
        ],
        "empty": "" if rows else table.empty or _("Nothing to show."),
        "legend": [
            [drawing.swatch(fill), label]
            for fill, label in (
                legend(table.classes, words, set(), is_map=False) if table.classes else []
            )
        ],
        "notes": notes,
    }


def _bar(value: Any, most: float) -> float | None:
    return max(0.0, value / most) if isinstance(value, (int, float)) and most else None


def _tint(value: Any, table: Table, kind: str) -> dict[str, Any]:
    if table.classes is None or kind == "text":
        return {}
    step = table.classes.of(value)
    if step is None:
        return {}
    shade = table.classes.shade(step)
    return {"fill": shade, "is_dark": shade in SHADES[table.classes.tone][DARK_FROM:]}


def legend(
    classes: Classes, words: ReportWords, states: set[str], *, is_map: bool = True
) -> list[tuple[str, str]]:
    """(fill, label) of zero, each step, and what no colour means. states: 'empty', 'withheld'."""
    _ = words.gettext
    zero = drawing.ZERO if is_map else classes.shade(0)
    entries = [(zero, _("exactly {value}", value=classes.text(0)))]
    for step, (start, end) in enumerate(classes.bounds(), 1):
        if end is None:
            label = _("{start} and more", start=classes.text(start))
        elif start == 0:
            label = _("below {end}", end=classes.text(end))
        else:
            label = _("{start} to {end}", start=classes.text(start), end=classes.text(end))
        entries.append((classes.shade(step), label))
    if "empty" in states:
        entries.append((drawing.EMPTY, _("no data")))
    if "withheld" in states:
        entries.append((drawing.HIDDEN, _("withheld")))
    return entries


def _figures(figures: Figures, words: ReportWords) -> dict[str, Any]:
    return {"type": "figures", "items": [_figure(item, words) for item in figures.items]}


def _figure(item: Figure, words: ReportWords) -> dict[str, Any]:
    _ = words.gettext
    column = Column(item.label, item.kind)
    below = [item.detail] if item.detail else []
    if item.n is not None and not is_hidden(item.n):
        count = words.cell(item.n, Column("", "count"))
        below.append(f"n\u00a0=\u00a0{count} {item.cases}".strip())
    below += [words.confidence(item.low, item.high)] if item.low is not None else []
    numbers = (item.value, item.before)
    if not any(value is None or isinstance(value, str) or is_hidden(value) for value in numbers):
        if item.kind == "share":
            change = words.points(item.value - item.before)
        else:
            change = words.signed(item.value - item.before)
        below.append(_("{change} over a year", change=change))
    if item.target is not None:
        below.append(_("target {value}", value=words.measure(item.target, item.kind, is_full=True)))
    return {
        "label": item.label,
        "value": words.cell(item.value, column),
        "is_withheld": is_hidden(item.value),
        "below": [*(line for line in below if line), *words.revised([[item.value]])],
    }


def _picture(picture: Picture, words: ReportWords) -> dict[str, Any]:
    return {
        "type": "picture",
        "title": picture.title,
        "svg": picture.svg,
        "alt": picture.alt,
        "legend": [[drawing.swatch(fill), label] for fill, label in picture.legend],
        "notes": picture.notes,
    }


def _heading(heading: Heading, words: ReportWords) -> dict[str, Any]:
    return {"type": "heading", "title": heading.title}


def _text(text: Text, words: ReportWords) -> dict[str, Any]:
    return {"type": "text", "style": text.style, "lines": text.lines}


def _beside(beside: Beside, words: ReportWords) -> dict[str, Any]:
    return {
        "type": "beside",
        "left": _blocks(beside.left, words),
        "right": _blocks(beside.right, words),
        "parts": list(beside.parts),
    }


_FORMS: dict[type, Callable[[Any, ReportWords], dict[str, Any]]] = {
    Table: _table,
    Figures: _figures,
    Picture: _picture,
    Heading: _heading,
    Text: _text,
    Beside: _beside,
}
