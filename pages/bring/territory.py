"""Our territory: where the marketplace operates, which pages speak of first."""

import pandas as pd
import streamlit as st

from etl.bring import folders, settling, states
from etl.bring.states import Job
from etl.build import territory
from etl.intake import drops
from etl.intake.text import fold_name
from etl.problems import InputErrors, Told
from etl.words import lines, reasons
from pages.bring import brought, outcome
from pages.shared import i18n, places, query, theme, visitor

_ = i18n.gettext
SHARE = 0.8  # of providers and of requests, that the régions which are proposed hold together
MOST = 3  # more régions than that are no territory to begin with
KEYS = {"regions": "territory_regions", "departements": "territory_departements"}
ASKED, BESIDE = "_territory_asked", "_territory_beside"


def show() -> None:
    """What is served, what the data proposes, and two lists to choose from."""
    here = folders.here()
    has_drops = any(drops.find(here.raw))
    with st.expander(_("Our territory"), icon=":material/my_location:"):
        st.markdown(_served())
        found = states.state(here.settling)
        _told_beside()
        if found and found.status == "running":
            brought.watch(str(here.settling))
            return
        if found and st.session_state.get(ASKED):
            _told(found)
        _proposed(has_drops)
        _choose(here, has_drops)


def _served() -> str:
    mine = places.ours()
    if mine is None:
        return _("Pages begin with all of France: no territory was chosen.")
    return _("Pages begin with **{names}**; all of France is one click away.").format(
        names=theme.escape(mine.name)
    )


def _told(found: states.State) -> None:
    """What came of the last change."""
    if found.status != "done":
        outcome.failed(found)
    elif not found.result["published"]:
        outcome.not_published(found.result)


def _told_beside() -> None:
    """That a change was asked for in vain: it stands already, or somebody else's is at work."""
    text = {
        "same": _("This is settled already: nothing was changed."),
        "running": _(
            "Somebody else has settled our territory at the same moment: yours was not taken. "
            "Look whether theirs is what you meant, and choose again if not."
        ),
    }.get(st.session_state.get(BESIDE, ""))
    if text:
        st.info(text, icon=":material/group:")


def _proposed(has_drops: bool) -> None:
    """The fewest régions that hold most of the providers and requests, and why. One press settles
    them: a second one that came before the lists show them would settle what the lists held."""
    rows = query.page_sql(__file__, "proposed_regions", share=SHARE, most=MOST)
    chosen = rows[rows["is_proposed"]]
    mine = places.ours()
    if chosen.empty:
        text = _("The data proposes none: it is spread over the country, or nothing is loaded yet.")
        st.caption(text)
        return
    addresses = [f"region-{code}" for code in sorted(chosen["code"])]
    st.caption(reason(chosen))
    if mine is None or set(mine.areas) != set(addresses):
        st.button(
            _("Begin with {names}").format(names=", ".join(chosen["name"])),
            on_click=_begin,
            args=({"regions": chosen["code"].tolist(), "departements": []},),
            disabled=not has_drops,
            icon=":material/check:",
        )


def reason(chosen: pd.DataFrame) -> str:
    """Why these régions are proposed, with their numbers."""
    first = chosen.iloc[0]
    parts = []
    for column, text in (
        ("providers", _("{n} of {all} active providers whose region is known ({share})")),
        ("requests", _("{n} of {all} requests whose region is known ({share})")),
    ):
        n, everything = int(chosen[column].sum()), int(first[f"all_{column}"])
        if everything:
            parts.append(
                text.format(
                    n=i18n.number(n),
                    all=i18n.number(everything),
                    share=i18n.percent(n / everything),
                )
            )
    return _("The data proposes {names}: there are {numbers}.").format(
        names=theme.escape(", ".join(chosen["name"])), numbers=_(" and ").join(parts)
    )


def _choose(here: folders.Folders, has_drops: bool) -> None:
    try:
        written = territory.read(here.settings)
    except InputErrors as errors:
        for problem in errors.problems:
            st.error(reasons.problem(problem, i18n.language()), icon=":material/error:")
        written = territory.Territory()
    titles = {"regions": _("Regions"), "departements": _("Départements")}
    for key, title in titles.items():
        st.session_state.setdefault(KEYS[key], list(getattr(written, key)))
        _pick(key, title)
    st.caption(
        _(
            "The choice is kept in data/settings.toml. It changes what pages speak of first, never "
            "a figure, and shows as soon as a build with it is made."
        )
    )
    if not has_drops:
        st.caption(_("Bring a file of your own first."))
    st.button(_("Begin there"), on_click=_begin, disabled=not has_drops, icon=":material/save:")


def _pick(key: str, title: str) -> None:
    names = {code: name for code, (name, _region) in territory.known(key).items()}

    def text(code: str) -> str:
        return f"{names[code]} ({code})"

    st.multiselect(
        title,
        sorted(names, key=lambda code: fold_name(names[code])),
        format_func=text,
        key=KEYS[key],
        placeholder=_("All of France"),
    )


def _begin(proposed: dict[str, list[str]] | None = None) -> None:
    here = folders.here()
    chosen = proposed or {key: st.session_state[name] for key, name in KEYS.items()}
    try:
        text = settling.text_with(here.settings, **chosen)
    except InputErrors:  # it is told above the lists
        return
    st.session_state[BESIDE] = ""
    for name in KEYS.values():  # read again from the file
        st.session_state.pop(name)
    mine = places.ours()
    codes = {f"{kind.removesuffix('s')}-{code}" for kind, some in chosen.items() for code in some}
    if {*(mine.areas if mine else ())} == codes:
        st.session_state[BESIDE] = "same"
        return
    sender = visitor.sender()
    sender.note("settle", "")
    wanted = Job("settle", here, sender.account, territory.FILE, sidecar=text)
    try:
        st.session_state[ASKED] = states.start(here.settling, wanted)
    except Told as told:
        st.toast(lines.told(told, i18n.language()))
        return
    if not st.session_state[ASKED]:
        st.session_state[BESIDE] = "running"
