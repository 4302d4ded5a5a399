"""Data quality: what was loaded, what was refused and why, how fresh it is."""

import math
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from pages.quality import correct, profile, tables
from pages.shared import export, filters, i18n, query, theme

_ = i18n.gettext
PAGE_ROWS = 200


def page_of(total: int, key: str) -> dict[str, int]:
    """Which rows of a long table to show; the pager stands under its table's count."""
    pages = max(1, math.ceil(total / PAGE_ROWS))
    number = st.pagination(pages, key=key) if pages > 1 else 1
    return {"rows": PAGE_ROWS, "start": PAGE_ROWS * (min(number, pages) - 1)}


def to_correct(file: str, lang: str) -> bytes:
    """The rows to correct of a file, or of all, as they are downloaded."""
    return correct.archive(query.page_sql(__file__, "rows_to_correct", file=file), lang)


def _corrected(rows: int) -> str:
    """How many refused rows are open no more."""
    text = i18n.ngettext(
        "{n} more was refused and has come back corrected.",
        "{n} more were refused and have come back corrected.",
        rows,
    )
    return text.format(n=i18n.number(rows))


def _usable(read: int, refused: int, repaired: int) -> str:
    """How many of the rows can be used, and what of them cannot."""
    rows = i18n.ngettext("{n} was refused", "{n} were refused", refused)
    values = i18n.ngettext("{n} value was set aside", "{n} values were set aside", repaired)
    text = (
        _("**{share}** of the {read} rows that were read can be used: {rows}, and {values}; each "
          "is listed below with its reason.")
        if refused or repaired
        else _("**{share}** of the {read} rows that were read can be used: {rows}, and {values}.")
    )  # fmt: skip
    return text.format(
        share=i18n.percent((read - refused) / read if read else None, 1),
        read=i18n.number(read),
        rows=rows.format(n=i18n.number(refused)) if refused else _("none was refused"),
        values=values.format(n=i18n.number(repaired)) if repaired else _("no value was set aside"),
    )


def overview(files: pd.DataFrame, checks: pd.DataFrame) -> None:
    """The answer and the figures behind it."""
    read, corrected = int(files["read_rows"].sum()), int(files["corrected_rows"].sum())
    refused = int(files["refused_rows"].sum()) - corrected
    repaired = int(files["repaired_values"].sum())
    failed = int((checks["failed_rows"] > 0).sum())
    theme.answer(
        _usable(read, refused, repaired) + (f" {_corrected(corrected)}" if corrected else "")
    )
    with theme.cards():
        theme.metric_card(_("Rows read"), i18n.number(read))
        theme.metric_card(_("Rows refused"), i18n.number(refused))
        theme.metric_card(_("Values repaired"), i18n.number(repaired))
        theme.metric_card(
            _("Checks that hold"),
            _("{n} of {total}").format(
                n=i18n.number(len(checks) - failed), total=i18n.number(len(checks))
            ),
        )


def loaded(files: pd.DataFrame) -> None:
    """The files and how fresh each source is."""
    st.subheader(_("How fresh is it?"), anchor=False)
    theme.table(tables.freshness(files))
    st.caption(
        _("Age is counted from the newest file, {date}: no figure depends on today's date.").format(
            date=i18n.date(query.build().as_of)
        )
    )
    st.subheader(_("What was loaded?"), anchor=False)
    theme.table(tables.files(files), wraps=True)
    st.caption(
        _(
            "Read = accepted + refused + corrected + filtered out, in every file. A column nobody "
            "asked for is left alone; name it in a file beside it (file.csv.toml) if it "
            "should be used."
        )
    )
    notes = query.page_sql(__file__, "file_notes")
    if not notes.empty:
        st.markdown(f"**{_('What to know of these files')}**")
        theme.table(tables.notes(notes), wraps=True)


def _one_of(names: dict[str, str], everything: str) -> tuple[dict[str, str], Any, str]:
    """What filters.pick is given to choose one of what was found, by its code, or all of it."""
    every = {"all": everything} | dict(sorted(names.items()))
    return every, every.__getitem__, "all"


def refused() -> None:
    """Refused rows by reason, then one by one, then to take away what is still open."""
    st.subheader(_("What was refused, and why?"), anchor=False)
    found = query.page_sql(__file__, "refused_reasons")
    if found.empty:
        theme.empty_state(_("No row was refused."), _("There is nothing to correct."))
        return
    theme.table(tables.by_reason(found, "open_rows", _("Refused rows")), wraps=True)
    texts = tables.reason_labels(found)
    sources = {code: i18n.name("source", code) for code in found["source"]}
    files = {file: file for file in found["file"]}
    with filters.bar():
        chosen = {
            "source": filters.pick("source", _("Source"), *_one_of(sources, _("All sources"))),
            "file": filters.pick("file", _("File"), *_one_of(files, _("All files"))),
            "reason": filters.pick("reason", _("Reason"), *_one_of(texts, _("All reasons"))),
        }
    count = query.page_sql(__file__, "refused_count", **chosen).iloc[0]
    total, corrected = int(count["open_rows"]), int(count["corrected_rows"])
    if not total + corrected:
        theme.empty_state(_("No refused row fits these filters."), _("Choose all files again."))
        return
    text = i18n.ngettext("{n} refused row", "{n} refused rows", total)
    told = f"**{text.format(n=i18n.number(total))}**"
    st.markdown(f"{told} · {_corrected(corrected)}" if corrected else told)
    window = page_of(int(count["reasons"]), f"refused_page_{'_'.join(chosen.values())}")
    rows = query.page_sql(__file__, "refused_rows", **chosen, **window)
    theme.table(tables.places_in_files(rows, is_refused=True), wraps=True)
    if not total:
        return
    lang = i18n.language()
    export.archive(
        _("to-correct"), _("Rows to correct (ZIP)"), lambda: to_correct(chosen["file"], lang)
    )
    st.caption(
        _(
            "Unpack it, correct the rows in the files' own columns, delete those that you leave, "
            "and send them, packed or not, on the page “Bring files”. Repaired values are not in "
            "it: their rows are in use."
        )
    )


def take_away(files: pd.DataFrame, checks: pd.DataFrame) -> None:
    """All of the page but the rows themselves, which leave to be corrected."""
    refusals = query.page_sql(__file__, "refused_reasons")
    repairs = query.page_sql(__file__, "repaired_reasons")
    notes = query.page_sql(__file__, "file_notes")
    unknowns = query.page_sql(__file__, "unknowns")
    choices = {
        _("Files"): partial(tables.files, files),
        _("How fresh is it?"): partial(tables.freshness, files),
        _("What to know of these files"): partial(tables.notes, notes) if len(notes) else None,
        _("Refused rows"): partial(tables.by_reason, refusals, "open_rows", _("Refused rows"))
        if len(refusals)
        else None,
        _("Repaired values"): partial(
            tables.by_reason, repairs, "repaired_values", _("Repaired values")
        )
        if len(repairs)
        else None,
        _("How much is unknown?"): partial(tables.unknowns, unknowns),
        _("Does it hold together?"): partial(tables.checks, checks),
    }
    export.downloads(_("data-quality"), {title: make for title, make in choices.items() if make})


def repaired() -> None:
    """Values set aside, by reason and one by one."""
    st.subheader(_("What was repaired?"), anchor=False)
    found = query.page_sql(__file__, "repaired_reasons")
    if found.empty:
        theme.empty_state(_("No value was repaired."), _("There is nothing to correct."))
        return
    theme.table(tables.by_reason(found, "repaired_values", _("Repaired values")), wraps=True)
    texts = tables.reason_labels(found)
    is_asked = "repair" in st.query_params
    folded = st.expander(_("See the values"), is_asked, key="repaired", on_change="rerun")
    if folded.open:
        with folded:
            chosen = filters.pick("repair", _("Reason"), *_one_of(texts, _("All reasons")))
            fits = found if chosen == "all" else found[found["reason_code"] == chosen]
            window = page_of(int(fits["repaired_values"].sum()), f"repaired_page_{chosen}")
            rows = query.page_sql(__file__, "repaired_values", repair=chosen, **window)
            theme.table(tables.places_in_files(rows, is_refused=False), wraps=True)
    st.caption(
        _(
            "The row is used without the value. A domain that nobody knows can be added to "
            "data/reference/domain_aliases.csv; the next build then reads it."
        )
    )


def sound(checks: pd.DataFrame) -> None:
    """Checks, and how much is unknown."""
    st.subheader(_("How much is unknown?"), anchor=False)
    shares = tables.unknowns(query.page_sql(__file__, "unknowns"))
    theme.table(shares, decimals=dict.fromkeys(shares.columns[2:], 1))
    st.caption(_("What is unknown counts for the country, never for a place or domain by guess."))
    st.subheader(_("Does it hold together?"), anchor=False)
    theme.table(tables.checks(checks))
    st.caption(_("A build that fails a check is not published: the one before stays."))


theme.header(_("Data quality"), _("Can I trust these figures?"))
file_rows = query.page_sql(__file__, "files")
check_rows = query.page_sql(__file__, "checks_made")
overview(file_rows, check_rows)
refused()
repaired()
loaded(file_rows)
profile.show(file_rows)
sound(check_rows)
take_away(file_rows, check_rows)
