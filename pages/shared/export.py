"""Tables to take away: CSV for the reader's spreadsheet, XLSX with its definitions.

Files are made when the button is clicked, so that filters stay fast.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
import xlsxwriter

from etl.build.territory import LEVELS
from etl.insight import part as parts
from etl.insight.part import Part
from etl.insight.report.xlsx import sheet_name
from pages.shared import i18n, query, visitor
from pages.shared.places import Territory

_ = i18n.gettext

Table = pd.DataFrame | Callable[[], pd.DataFrame]
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS = {
    "csv": "text/csv", "xlsx": WORKBOOK, "zip": "application/zip", "png": "image/png",
    "svg": "image/svg+xml",
}  # fmt: skip
REPORTS = {"pdf": "application/pdf", "xlsx": WORKBOOK}
_NUMBER = re.compile(r"[-+]?[\d.,\s]+")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def downloads(
    name: str,
    tables: Mapping[str, Table],
    metrics: Sequence[str] = (),
    filters: Mapping[str, str] | None = None,
) -> None:
    """One XLSX button for all tables; where there is one table only, a CSV button beside it.

    ``name`` becomes the files' name, the keys of ``tables`` the sheets' (already translated, as the
    columns are); their values are tables, or callables that make one at the click. ``metrics`` are
    defined on a last sheet beside ``filters`` (label: value).
    """
    lang = i18n.language()
    served = query.build()
    made = partial(_made, visitor.handing(), lang)
    stem = re.sub(r"[^\w-]+", "-", f"{name}-{served.as_of}").strip("-")
    about = [
        (_("Build"), served.id),
        (_("Data as of"), i18n.date(served.as_of)),
        *(
            [(_("Sample data"), _("invented, nothing in it is real"))]
            if served.is_synthetic
            else []
        ),
        *(filters or {}).items(),
    ]
    meanings = [
        (found.label, found.why, i18n.name("unit", found.unit), found.source)
        for found in map(query.metric_definition, metrics)
    ]
    heads = tuple(map(_, ("Figure", "Why it matters", "Unit", "Source")))
    with st.container(horizontal=True, gap="small"):
        if len(tables) == 1:
            (only,) = tables.values()
            st.download_button(
                "CSV",
                partial(made, "csv", partial(to_csv, only, lang)),
                file_name=f"{stem}.csv",
                mime="text/csv",
                key=f"csv_{name}",
                icon=":material/download:",
                on_click="ignore",
            )
        st.download_button(
            "XLSX" if len(tables) == 1 else _("All tables (XLSX)"),
            partial(
                made, "xlsx", partial(to_xlsx, dict(tables), about, [heads, *meanings], _("About"))
            ),
            file_name=f"{stem}.xlsx",
            mime=WORKBOOK,
            key=f"xlsx_{name}",
            icon=":material/download:",
            on_click="ignore",
        )


def archive(name: str, label: str, make: Callable[[], bytes]) -> None:
    """A button for a ZIP archive that is made at the click; ``name`` becomes the file's name."""
    made(f"{name}-{query.build().as_of}", label, "zip", make)


def made(
    name: str, label: str, form: str, make: Callable[[], bytes], *, key: str = "",
    help: str | None = None, is_quiet: bool = False,
) -> None:  # fmt: skip
    """A button for a file that is made at the click; ``form`` is one of FORMS, and its ending."""
    at_the_click = partial(_made, visitor.handing(), i18n.language())
    st.download_button(
        label,
        partial(at_the_click, form, make),
        file_name=f"{name}.{form}",
        mime=FORMS[form],
        key=key or f"{form}_{name}",
        help=help,
        type="tertiary" if is_quiet else "secondary",
        icon=":material/download:",
        on_click="ignore",
    )


def report(part: Part, terms: Mapping[str, Any]) -> None:
    """Buttons for the founders' report to take into a meeting. part, terms: as
    etl.insight.report.make takes them."""
    _reports(_("Report"), "founders", part, terms)
    st.caption(_("The report tells of the domain, the territory and the months chosen above."))


def report_for_partners(place: Territory) -> None:
    """Buttons for the partners' report, of the region in which the place lies, else of France; none
    while nothing is released."""
    if not query.has_partners():
        return
    region = next((one for one in (place, *place.parents) if one.level == "region"), None)
    title = _("Report for partner agencies")
    if region:
        title = _("Report for partner agencies, {place}").format(place=region.name)
    _reports(title, "partners", part(region, "all") if region else Part(), {})


def _reports(title: str, audience: str, part: Part, terms: Mapping[str, Any]) -> None:
    """A button each for PDF and XLSX."""
    lang, served = i18n.language(), query.build()
    made = partial(_made, visitor.handing(), lang)
    of_what = [*part.areas, *part.domains]
    with st.container(horizontal=True, gap="small"):
        for form, mime in REPORTS.items():
            st.download_button(
                f"{title} ({form.upper()})",
                partial(made, form, partial(_report, audience, lang, form, part, terms)),
                file_name="-".join(["maillage", audience, *of_what, f"{served.as_of}.{form}"]),
                mime=mime,
                key=f"report_{audience}_{form}",
                icon=":material/summarize:",
                on_click="ignore",
            )


def part(place: Territory, scope: str) -> Part:
    """The part of the market that a page's filters ask for, for a report."""
    keys = {level: key for key, level in LEVELS.items()}
    told: dict[str, list[str]] = {"domains": [] if scope == "all" else [scope]}
    for level, _dash, code in (area.partition("-") for area in place.areas):
        if level in keys:
            told.setdefault(keys[level], []).append(code)
    return parts.of(told)


def _report(
    audience: str,
    lang: str,
    form: str,
    part: Part,
    terms: Mapping[str, Any],
) -> bytes:
    from etl.insight import report  # only who takes a report waits for its typesetter to load

    return report.make(query.warehouse(), audience, lang, form, part, terms)


def _made(handing: visitor.Handing, lang: str, kind: str, make: Callable[[], bytes]) -> bytes:
    """Make a file at the click, for the visitor who was shown the button and in that language."""
    try:
        with i18n.speaking(lang):
            return handing(kind, make)
    except PermissionError as error:
        raise query.QueryError(_("You are not signed in.", "en")) from error


def to_csv(table: Table, lang: str) -> bytes:
    """The table as CSV: French with ``;``, a decimal comma and a BOM, English with ``,``.

    A text that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    table = table() if callable(table) else table
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if lang == "fr" else ",", lineterminator="\r\n")
    writer.writerow([_safe(str(column)) for column in table.columns])
    for row in table.itertuples(index=False, name=None):
        writer.writerow([_csv_cell(value, lang) for value in row])
    return out.getvalue().encode("utf-8-sig" if lang == "fr" else "utf-8")


def to_xlsx(
    tables: Mapping[str, Table],
    about: Sequence[tuple[str, str]],
    meanings: Sequence[Sequence[str]],
    about_title: str,
) -> bytes:
    """A workbook: one sheet a table with true numbers and dates, then one that explains them."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    names: set[str] = set()
    for title, table in tables.items():
        table = table() if callable(table) else table
        sheet = book.add_worksheet(sheet_name(title, names))
        for j, column in enumerate(table.columns):
            sheet.write_string(0, j, str(column), bold)
            sheet.set_column(j, j, min(40, max(10, len(str(column)) + 2)))
        for i, row in enumerate(table.itertuples(index=False, name=None), 1):
            for j, value in enumerate(row):
                _xlsx_cell(sheet, i, j, value, day)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(table), 1), max(len(table.columns) - 1, 0))
    sheet = book.add_worksheet(sheet_name(about_title, names))
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 4, 44)
    for i, (label, text) in enumerate(about):
        sheet.write_string(i, 0, label, bold)
        sheet.write_string(i, 1, str(text), wrap)
    for i, line in enumerate(meanings if len(meanings) > 1 else (), len(about) + 1):
        for j, text in enumerate(line):
            sheet.write_string(i, j, text, bold if i == len(about) + 1 else wrap)
    book.close()
    return out.getvalue()


def _csv_cell(value: Any, lang: str) -> str:
    if _is_list(value):
        return _safe("|".join(map(str, value)))
    if i18n.is_none(value):
        return ""
    if isinstance(value, float):
        text = repr(float(value)).removesuffix(".0")
        return text.replace(".", ",") if lang == "fr" else text
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, str):
        return _safe(value)
    return str(value)


def _xlsx_cell(sheet: Any, i: int, j: int, value: Any, day: Any) -> None:
    if _is_list(value):
        sheet.write_string(i, j, "|".join(map(str, value)))
    elif i18n.is_none(value):
        return
    elif isinstance(value, bool):
        sheet.write_boolean(i, j, value)
    elif isinstance(value, (dt.date, dt.datetime)):
        moment = value if isinstance(value, dt.datetime) else dt.datetime(*value.timetuple()[:3])
        sheet.write_datetime(i, j, moment.replace(tzinfo=None), day)
    elif isinstance(value, str):
        sheet.write_string(i, j, value)
    elif hasattr(value, "__float__"):
        sheet.write_number(i, j, float(value))
    else:
        sheet.write_string(i, j, str(value))


def _is_list(value: Any) -> bool:
    return isinstance(value, (list, tuple, np.ndarray))


def _safe(text: str) -> str:
    is_formula = text.startswith(_FORMULA) and not _NUMBER.fullmatch(text)
    return f"'{text}" if is_formula else text


def slug(text: str) -> str:
    """A text as part of a file's name."""
    return re.sub(r"[^\w]+", "-", text.lower()).strip("-")
