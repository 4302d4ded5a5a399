"""What a trial of a file has shown: its rows, where they fall, keys, headline before and after."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from etl.bring import states
from etl.bring.states import State
from etl.intake.profile_words import ProfileWords
from etl.problems import Note, Told
from etl.words import lines, reasons
from pages.bring import telling
from pages.shared import file_profile, i18n, problems, query, theme
from pages.shared import map as maps

_ = i18n.gettext
OF_REQUESTS = ("requests", "fill_rate")  # of the headline: of the last whole months


def failed(found: State) -> None:
    """Why a job came to nothing, and what to do; the served build is as it was."""
    if found.status == "interrupted":
        st.error(
            _("This was interrupted. Start it again: what it had begun is ended or undone first."),
            icon=":material/error:",
        )
        return
    heads = {
        "bring": _("The file was not brought in. Nothing has changed by it."),
        "take_back": _("The file was not taken back. Nothing has changed by it."),
        "settle": _("Our territory was not changed."),
    }
    before = _("The file cannot be used so. The pages show what they showed before.")
    head = heads.get(found.kind, before)
    st.error(f"**{head}**", icon=":material/error:")
    if found.code:
        st.text(lines.told(Told(found.code, **found.arguments), i18n.language()))
    problems.show(states.problems(found), in_page=True)


def show(source: str, result: dict[str, Any]) -> None:
    """A trial that was made."""
    _counts(result)
    for note in result["notes"]:
        text = reasons.note(Note(**note), i18n.language(), in_page=True)
        st.caption(theme.escape(text))
    if result["unreadable"]:
        text = i18n.ngettext(
            "{n} line of the file could not be read and is not in what is stored.",
            "{n} lines of the file could not be read and are not in what is stored.",
            result["unreadable"],
        )
        st.warning(text.format(n=i18n.number(result["unreadable"])), icon=":material/warning:")
    if result["twin"]:
        st.warning(
            _("The very same file is there already, as {file}: it counts once.").format(
                file=theme.escape(result["twin"])
            ),
            icon=":material/content_copy:",
        )
    else:
        _keys(result)
    if result["more"]:
        text = i18n.ngettext(
            "{n} more file comes with it; rows and keys are told of the first.",
            "{n} more files come with it; rows and keys are told of the first.",
            result["more"],
        )
        st.caption(text.format(n=i18n.number(result["more"])))
    _figures(result)
    with st.expander(_("Its first rows, as they are understood"), icon=":material/table_rows:"):
        fields, rows = result["first_rows"]
        names = [telling.title(source, field) for field in fields]
        theme.plain(pd.DataFrame(rows, columns=names))
    with st.expander(_("What its rows become"), icon=":material/fact_check:"):
        told = ProfileWords(result["profile"], source, i18n.language(), titled=True)
        file_profile.show(told, result["groups"], in_page=True)
    if any(row["code"] for row in result["places"]):
        with st.expander(_("Where its rows fall"), icon=":material/map:"):
            _map(result["places"])


def _counts(result: dict[str, Any]) -> None:
    counts = result["counts"]
    with theme.cards("cards_rows"):
        theme.metric_card(_("Rows read"), i18n.number(counts["read"]))
        theme.metric_card(_("Rows accepted"), i18n.number(counts["accepted"]))
        theme.metric_card(_("Rows refused"), i18n.number(counts["refused"]))
        theme.metric_card(_("Values repaired"), i18n.number(counts["repaired"]))
        if counts["filtered"]:
            theme.metric_card(_("Rows filtered out"), i18n.number(counts["filtered"]))
    if result["as_of"]:
        day = date.fromisoformat(result["as_of"])
        st.caption(_("As of {day}.").format(day=i18n.date(day)))
    if result["unknown_columns"]:
        st.caption(
            _("Not used: {columns}.").format(
                columns=theme.escape(", ".join(result["unknown_columns"]))
            )
        )


def _keys(result: dict[str, Any]) -> None:
    """New, changed and leaving keys, whatever the mode."""
    counts = result["keys"]
    if not counts["known"]:
        text = i18n.ngettext(
            "{n} new, none was known before.", "{n} new, none was known before.", counts["new"]
        )
        st.markdown(text.format(n=i18n.number(counts["new"])))
        return
    parts = {
        "changed": i18n.ngettext("{n} changes", "{n} change", counts["changed"]),
        "same": i18n.ngettext("{n} stays the same", "{n} stay the same", counts["same"]),
        "new": i18n.ngettext("{n} is new", "{n} are new", counts["new"]),
    }
    told = {name: text.format(n=i18n.number(counts[name])) for name, text in parts.items()}
    known = _("Of {known} known before, {changed} and {same}; {new}.")
    lines = [known.format(known=i18n.number(counts["known"]), **told)]
    if not result.get("is_corrected"):  # only the rows that were refused come back
        text = i18n.ngettext(
            "**{n}** of the known is not in this file: it leaves if it is the whole list, and "
            "stays if it is additions and changes.",
            "**{n}** of the known are not in this file: they leave if it is the whole list, and "
            "stay if it is additions and changes.",
            counts["lacking"],
        )
        lines.append(text.format(n=i18n.number(counts["lacking"])))
    st.markdown(" ".join(lines))


def _figures(result: dict[str, Any]) -> None:
    """The headline figures of the country, before and after."""
    before, after = result.get("before", {}), result.get("after")
    if after is None:
        return
    is_sample = result.get("before_is_sample", False)
    # another version may have made the build that is served
    is_read = bool(result.get("months_before") or not result.get("served"))
    st.subheader(_("The headline, before and after"), anchor=False)
    if is_sample:
        st.caption(_("Before, the pages show sample data; there is nothing to compare with."))
    with theme.cards("cards_headline"):
        for name in after:
            found = query.metric_definition(name)
            now = i18n.words().measure(after[name], found.unit)
            was = _("before: nothing is loaded") if is_read else _("before: unknown")
            if name in before:
                value = i18n.words().measure(before[name], found.unit)
                was = _("before: {value}").format(value=value)
            theme.metric_card(
                found.label,
                now,
                interval=None if is_sample else was,
                help=found.why,
            )
    st.caption(_("Of the whole country, each by the day and the last months of its own build."))
    told = [_lacking(before, result.get("months_before")), _lacking(after, result.get("months"))]
    for text in dict.fromkeys(filter(None, told)):
        st.caption(text)


def _lacking(figures: dict[str, Any], months: Sequence[str] | None) -> str:
    """Why a figure of the requests of some months is told as none."""
    if not months or not {name for name in OF_REQUESTS if figures.get(name, 0) is None}:
        return ""
    texts = {
        True: _("–: no request of {months} is known; these figures speak of those months alone."),
        False: _("–: of the requests of {months} none is old enough, with a known end and day."),
    }
    text = texts[figures.get("requests", 0) is None]
    return text.format(months=i18n.words().period(*map(date.fromisoformat, months)))


def _map(rows: list[dict[str, Any]]) -> None:
    counted = pd.DataFrame(rows)
    nowhere = int(counted.loc[counted["code"].isna(), "rows"].sum())
    counted = counted.dropna(subset=["code"])
    names = query.page_sql(__file__, "names_on_map")
    found = names.merge(counted, on="code", how="left")
    found["value"] = found["rows"].fillna(0).astype(float)
    found["shown"] = [i18n.number(value) for value in found["value"]]
    maps.area_map(
        "departement",
        found[["code", "name", "value", "shown"]],
        maps.Classes((10, 100, 1000), i18n.number),
        title=_("Rows of this file"),
        key="bring_map",
    )
    if nowhere:
        text = i18n.ngettext(
            "{n} row is in no département that could be told.",
            "{n} rows are in no département that could be told.",
            nowhere,
        )
        st.caption(text.format(n=i18n.number(nowhere)))


def not_published(build: dict[str, Any]) -> None:
    """Why a build was made and not served; the drops are what they were."""
    for left in build["held"]:
        st.error(
            _("{leaving} of the {known} known would leave: nothing has changed.").format(
                leaving=i18n.number(left["leaving"]), known=i18n.number(left["known"])
            ),
            icon=":material/error:",
        )
    if not build["held"]:
        checks_failed(build)


def checks_failed(build: dict[str, Any]) -> None:
    """The checks for which a build would not be served, and what to do."""
    names = [reasons.check(one["check"], i18n.language()) for one in build["checks"]["failed"]]
    st.error(
        _("With this file a check fails, so it cannot be brought in: {checks}.").format(
            checks=theme.escape("; ".join(names))
        ),
        icon=":material/error:",
    )
    st.caption(_("Look at the rows above, correct the file or its columns, and try again."))
