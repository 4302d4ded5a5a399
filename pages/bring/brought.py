"""What was brought and by whom; taking a file back."""

import secrets
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from etl.bring import folders, history, placing, states
from etl.bring import outcome as outcomes
from etl.bring.states import Job
from etl.build import warehouse
from etl.intake.sidecar import DEFAULT_ZONE
from etl.problems import Told
from etl.words import lines
from pages.bring import outcome, steps
from pages.shared import i18n, theme, visitor

_ = i18n.gettext
TAKING = "_taking_back"
STEP = "step_brought"  # its heading


def show() -> dict[str, str]:
    """The history, and a way back for each file that is still there. Gives how far taking one back
    is."""
    places = folders.here()
    history.sweep(places)
    entries = history.standing(places)
    if not entries:
        return {}
    steps.heading(STEP, _("Brought so far"))
    taking = _running()
    theme.table(
        pd.DataFrame(
            {
                _("When"): [_moment(one) for one in entries],
                _("Who"): [one["account"] for one in entries],
                _("Source"): [i18n.name("source", one.get("source", "")) for one in entries],
                _("File"): [one["file"] for one in entries],
                _("State"): [_state(one) for one in entries],
            }
        )
    )
    standing = [one["file"] for one in entries if one["is_there"]]
    if not standing:
        return taking
    with st.expander(_("Take a file back"), icon=":material/undo:"):
        file = st.selectbox(_("File"), list(dict.fromkeys(standing)), key="take_back_file")
        is_only = placing.is_only(places, file)
        if is_only:
            st.info(
                _("It is the only file there is: bring the right one first, then take it back.")
            )
        else:
            for line in _consequences(places, file):
                st.caption(line)
        st.button(
            _("Take it back and build without it"),
            on_click=_begin,
            args=(file,),
            icon=":material/undo:",
            disabled=is_only,
        )
    return taking


def _moment(entry: dict[str, Any]) -> str:
    """The day and the time, by the clocks of Paris."""
    at = datetime.fromisoformat(entry["at"]).astimezone(ZoneInfo(DEFAULT_ZONE))
    return f"{i18n.date(at)}, {at:%H:%M}"


def _state(entry: dict[str, Any]) -> str:
    if entry["is_there"]:
        return _("in use")
    if ended := entry["taken_back"]:
        text = _("taken back by {who}, {when}")
        return text.format(who=ended.get("account", ""), when=_moment(ended))
    return _("no longer there")


def _consequences(places: folders.Folders, file: str) -> list[str]:
    """What taking a file back means, as far as it can be told before."""
    served = warehouse.served_build(places.warehouse)
    drops = warehouse.manifest(places.warehouse, served).get("drops", []) if served else []
    own = next((drop for drop in drops if drop["file"] == file), None)
    told = [
        _("It is kept aside for 30 days, with its sidecar; the figures are built without it."),
        _("What partner agencies were shown with it stays shown: that cannot be undone."),
    ]
    if own:
        later = [
            drop["key"] for drop in drops
            if drop["source"] == own["source"] and drop["as_of"] > own["as_of"]
        ]  # fmt: skip
        if sharing := outcomes.sharing(places.warehouse, own["key"], later):
            text = i18n.ngettext(
                "{n} later file of this source stays: what it changed in rows of this one counts "
                "as new.",
                "{n} later files of this source stay: what they changed in rows of this one counts "
                "as new.",
                sharing,
            )
            told.append(text.format(n=i18n.number(sharing)))
    if found := placing.corrections_of(places, file):
        text = i18n.ngettext(
            "{n} file of corrections of it goes with it.",
            "{n} files of corrections of it go with it.",
            len(found),
        )
        told.append(text.format(n=i18n.number(len(found))))
    return told


def _begin(file: str) -> None:
    places = folders.here()
    folder = places.removed / f"{datetime.now():%Y-%m-%d}-{secrets.token_hex(8)}"
    source, sender = file.split("/")[0], visitor.sender()
    sender.note("take_back", Path(file).suffix)
    try:
        states.start(folder, Job("take_back", places, sender.account, file, source))
        st.session_state[TAKING] = str(folder)
    except Told as told:
        st.toast(lines.told(told, i18n.language()))


def _running() -> dict[str, str]:
    """How the taking back of this session goes."""
    folder = st.session_state.get(TAKING)
    found = states.state(Path(folder)) if folder else None
    if not found:
        return {}
    if found.status == "running":
        watch(str(folder))
    elif found.status == "done" and found.result["published"]:
        st.success(
            _("{file} was taken back; the figures are without it.").format(
                file=theme.escape(found.result["file"])
            ),
            icon=":material/undo:",
        )
    elif found.status == "done":
        outcome.not_published(found.result)
    else:
        outcome.failed(found)
    return {STEP: f"{folder} {found.status}"}


@st.fragment(run_every=1.0)
def watch(folder: str) -> None:
    """A bar while a job runs in a folder; then the page runs again."""
    found = states.state(Path(folder))
    if found is None or found.status != "running":
        st.rerun()
        return
    names: dict[str, Any] = {
        "try": _("Reading the file and working out the figures with it…"),
        "bring": _("Bringing the file in…"),
        "take_back": _("Working out the figures without the file…"),
        "settle": _("Working out the figures with our territory…"),
    }
    st.progress(found.fraction, text=names[found.kind])
    st.caption(_("It goes on when you leave this page, and when you close the browser."))
