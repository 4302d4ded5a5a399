"""Targets and events: the rows in force to edit, and the list of what they have become."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from etl.bring import folders, rows, templates
from etl.insight import registry
from etl.words import catalogue, reasons
from pages.shared import filters, i18n, query, theme

_ = i18n.gettext
Bring = Callable[[str, str, str, str], None]
DATES = ("due_on", "on")


def show(bring: Bring) -> None:
    """A table to edit for each of the two sources. ``bring`` takes the source, a file's name, its
    text and the text of its sidecar, once somebody writes the list."""
    here = folders.here()
    if not rows.has_own(here):
        theme.empty_state(
            _("Targets and events stand beside figures of your own."),
            _("Bring in a file first; then write them here."),
        )
        return
    for source in rows.SOURCES:
        st.markdown(f"**{titles(source)['']}**")
        _list(source, here, bring)


def titles(source: str) -> dict[str, str]:
    """What the fields of a source are called in the reader's language; under "" the source."""
    lang = i18n.language()
    found = {
        entry["name"]: catalogue.gettext(entry["title"], lang, "contracts")
        for entry in templates.entries(source)
    }
    name = i18n.name("source", source)
    return found | {"": name[:1].upper() + name[1:]}


def edited(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of the editor in the columns of the contract, those left empty out."""
    told = table.dropna(how="all", subset=[name for name in table if name != "file"])
    parts = [str(place).partition("-") if pd.notna(place) else () for place in told["place"]]
    return told.drop(columns=["place", "file"]).assign(
        **{
            name: pd.Series([part[at] if part else None for part in parts], told.index, object)
            for name, at in (("territory_level", 0), ("territory_code", 2))
        }
    )


def _list(source: str, here: folders.Folders, bring: Bring) -> None:
    known = rows.read(here, source)
    if len(known.unknown):
        st.warning(_left_out(known.unknown), icon=":material/warning:")
    columns = titles(source)
    text = st.text_input(
        _("A commune that the list of places lacks"),
        placeholder=_("Its name or INSEE code"),
        key=f"commune_{source}",
    )
    places = _places(known.rows, text)
    start = to_edit(known.rows)
    table = st.data_editor(
        start,
        key=f"rows_{source}_{query.build().id}",
        num_rows="dynamic",
        hide_index=True,
        width="stretch",
        placeholder="–",
        alt=columns[""],
        column_order=[name for name in (*_fields(source), "file") if name in start],
        column_config=_config(columns, places),
    )
    _write(source, here, edited(start), edited(table), bring)


def _fields(source: str) -> list[str]:
    names = [entry["name"] for entry in templates.entries(source)]
    return ["place" if name == "territory_level" else name for name in names]


def to_edit(known: pd.DataFrame) -> pd.DataFrame:
    """The rows known with level and code as one place, typed also where there is none."""
    level = known["territory_level"].astype(object)
    place = (level + "-" + known["territory_code"].astype(object)).where(level.notna(), None)
    start = known.drop(columns=["territory_level", "territory_code", "line"]).assign(place=place)
    for name in start:
        if name in DATES:
            start[name] = pd.to_datetime(start[name])
        elif name == "target":
            start[name] = start[name].astype(float)
        else:
            start[name] = start[name].astype(object).where(start[name].notna(), None)
    return start


def _places(known: pd.DataFrame, text: str) -> dict[str, str]:
    """What may be picked as a place: its code with its level, and what it is called."""
    codes = known.loc[known["territory_level"] == "commune", "territory_code"]
    found = query.page_sql(__file__, "codes_of_places", codes=sorted(set(codes)), text=text)
    return {
        f"{level}-{code}": "France" if level == "country" else f"{name} ({_level(level)} {code})"
        for level, code, name in zip(found["level"], found["code"], found["name"], strict=True)
    }


def _level(level: str) -> str:
    return {
        "region": _("région"), "departement": _("département"), "commune": _("commune"),
    }[level]  # fmt: skip


def _config(titled: dict[str, str], places: dict[str, str]) -> dict[str, Any]:
    kinds = st.column_config
    scopes = {
        code: name for code, (kind, name) in filters.scope_labels().items() if kind == "domain"
    }
    metrics = {name: _metric(name) for name in sorted(registry.metrics())}
    metrics = dict(sorted(metrics.items(), key=lambda each: each[1]))

    def picked(name: str, allowed: dict[str, str], **more: Any) -> Any:
        return kinds.SelectboxColumn(
            titled.get(name, _("Place")),
            options=list(allowed),
            format_func=lambda code: allowed.get(str(code), str(code)),
            **more,
        )

    return {
        "metric": picked("metric", metrics, required=True, width="medium"),
        "domain": picked("domain", scopes, help=_("Left empty: all domains.")),
        "place": picked("place", places, help=_("Left empty: France.")),
        "target": kinds.NumberColumn(
            titled.get("target"),
            required=True,
            help=_("In the unit of the figure; a share from 0 to 1: 0.8 is 80%."),
        ),
        "due_on": kinds.DateColumn(titled.get("due_on"), format="localized"),
        "on": kinds.DateColumn(titled.get("on"), required=True, format="localized"),
        "label": kinds.TextColumn(titled.get("label"), required=True, max_chars=300),
        "file": kinds.TextColumn(_("From the file"), disabled=True),
    }


def _metric(name: str) -> str:
    found = query.metric_definition(name)
    return f"{found.label} ({i18n.name('unit', found.unit)})"


def _left_out(unknown: pd.DataFrame) -> str:
    where = ", ".join(
        f"{theme.escape(file)}:{line}"
        for file, line in zip(unknown["file"], unknown["line"], strict=True)
    )
    return i18n.ngettext(
        "{n} row names a domain or a place that nobody knows ({where}): it counts nowhere, and a "
        "list that you write here leaves it out.",
        "{n} rows name a domain or a place that nobody knows ({where}): they count nowhere, and a "
        "list that you write here leaves them out.",
        len(unknown),
    ).format(n=i18n.number(len(unknown)), where=where)


def _write(
    source: str, here: folders.Folders, known: pd.DataFrame, table: pd.DataFrame, bring: Bring
) -> None:
    """What the list would change, and the button that writes it."""
    found = rows.changes(source, known, table)
    if found == rows.Changes(0, 0, 0):
        return
    st.markdown(
        _("Added: {added}. Changed: {changed}. Ended: {removed}.").format(
            added=found.added, changed=found.changed, removed=found.removed
        )
    )
    is_meant = found.removed == 0 or st.checkbox(
        _("The rows that I removed end, whichever file they come from; the files stay."),
        key=f"removed_{source}",
    )
    if st.button(
        _("Write this list"),
        key=f"write_{source}",
        disabled=not is_meant,
        icon=":material/save:",
    ):
        written = rows.text(source, table)
        wrong = rows.findings(source, written)
        if wrong:
            _tell(source, wrong)
            return
        said = rows.sidecar_text(here, source, is_confirmed=found.removed > 0)
        bring(source, rows.name(here, source), written, said)
        st.rerun()


def _tell(source: str, wrong: Sequence[rows.Finding]) -> None:
    """A message for each bad row, and one for a list that is none."""
    lang, columns = i18n.language(), titles(source)
    for one in wrong:
        if one.row is None:
            st.error(
                _("A list needs a row at least. To end them all, take its files back."),
                icon=":material/error:",
            )
            continue
        column = columns.get(one.column or "", one.column)
        told = reasons.finding(one.code, column, one.arguments, lang, is_refused=one.is_refused)
        st.error(
            _("Row {n}: {reason}").format(n=i18n.number(one.row + 1), reason=theme.escape(told)),
            icon=":material/error:",
        )
