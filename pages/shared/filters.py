"""Filters that live in the address and keep their value from page to page.

Each filter has one name in the address (?scope=childcare&in=departement-35&k=2). A value is read
from the address, else from the session (Streamlit empties the address when the page changes), else
it is the default; what an address asks for and is not here is the default too, and is told. The
default is left out of the address and is nobody's choice, for another page may have its own; where
it follows from what the address asks for, whatever was asked for stays there, for without it the
default would be another. Call a filter at most once a page; each returns plain values.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from itertools import pairwise
from typing import Any

import streamlit as st

from etl.insight import target_states
from pages.shared import i18n, places, query, question
from pages.shared.months import (  # noqa: F401  pages ask for them here
    Period,
    add_months,
    asked_period,
    last_complete_month,
    months_known,
    period_address,
    period_label,
)
from pages.shared.places import Territory

_ = i18n.gettext

KINDS = ("all", "individual", "association", "company", "cooperative", "unknown")
PRESETS = (3, 6, 12, 24)
_STORE, _PAGE, _DEFAULTS = "_filters", "_filters_page", "_filters_defaults"
_WRITTEN, _NOT_HERE, _ASIDE = "_filters_written", "_filters_not_here", "_filters_aside"


def enter(page: str) -> None:
    """Say which page is about to run: its address starts anew when the page changes."""
    st.session_state[_NOT_HERE] = {}
    if st.session_state.get(_PAGE) != page:
        st.session_state[_PAGE] = page
        st.session_state[_WRITTEN] = set()
        st.session_state[_ASIDE] = {}


def bar() -> Any:
    """A row for the filters of a page, which wraps on a narrow screen: ``with filters.bar():``."""
    return st.container(
        horizontal=True, vertical_alignment="bottom", gap="small", key="filters_bar"
    )


def read(name: str, valid: Callable[[str], bool], default: str, *, is_fixed: bool = True) -> str:
    """The value of a filter now, and the address brought in line with it. ``is_fixed``: the default
    is the same whatever the address asks for."""
    store: dict[str, str] = st.session_state.setdefault(_STORE, {})
    is_asked = asked(name) is not None
    left_out = default if is_fixed or not is_asked else None
    st.session_state.setdefault(_DEFAULTS, {})[name] = default if is_fixed else None
    if name in st.query_params:
        value = st.query_params[name]
        if not valid(value):
            st.session_state.setdefault(_NOT_HERE, {})[name] = (value,)
            value = default
        store[name] = value
    elif name in st.session_state.get(
        _WRITTEN, ()
    ):  # the reader went back to an address without it
        store.pop(name, None)
    value = store.get(name, default)
    if not valid(value):
        value = default
    _write(name, value, left_out)
    return value


def asked(name: str) -> str | None:
    """What the address, or else the session, asks for by a filter's name before it is read; None
    for nothing. It may be nothing that is here."""
    if name in st.query_params:
        return st.query_params[name]
    if name in st.session_state.get(_WRITTEN, ()):
        return None
    store: dict[str, str] = st.session_state.get(_STORE, {})
    return store.get(name)


def not_here() -> dict[str, tuple[str, ...]]:
    """What the address asked this run for in vain, or in several ways, by the filter's name."""
    return st.session_state.get(_NOT_HERE, {})


def _take(name: str, value: str) -> None:
    """Ask for something else than was asked for, where it was."""
    st.session_state.setdefault(_STORE, {})[name] = value
    if name in st.query_params:
        st.query_params[name] = value


def refuse(name: str, *values: str) -> None:
    """Take what is not here out of the address, or what it asks for in several ways; and tell."""
    st.session_state.setdefault(_NOT_HERE, {})[name] = values
    st.session_state.setdefault(_STORE, {}).pop(name, None)
    del st.query_params[name]


def choose(name: str, value: str) -> None:
    """Set a filter from a callback (a click on a map or a table); the next run shows it."""
    store: dict[str, str] = st.session_state.setdefault(_STORE, {})
    # a default is not written to be taken away at once: the way back would pass by here twice
    if value != st.session_state.get(_DEFAULTS, {}).get(name):
        store[name] = st.query_params[name] = value
        return
    store.pop(name, None)
    if name in st.query_params:
        del st.query_params[name]
        st.session_state.get(_WRITTEN, set()).discard(name)


def go_to(level: str, code: str) -> None:
    """Make a territory the chosen one: for callbacks of maps, tables and breadcrumbs."""
    choose("in", f"{level}-{code}")


def _write(name: str, value: str, left_out: str | None) -> None:
    written: set[str] = st.session_state.setdefault(_WRITTEN, set())
    if value == left_out:
        written.discard(name)
        if name in st.query_params:
            del st.query_params[name]
    else:
        st.session_state.setdefault(_STORE, {})[name] = value
        written.add(name)
        if st.query_params.get(name) != value:
            st.query_params[name] = value


def pick(
    name: str,
    title: str,
    options: Iterable[str],
    text: Callable[[str], str],
    default: str,
    *,
    help: str | None = None,
    is_open: bool = False,
    is_fixed: bool = True,
) -> str:
    """A pick list of codes bound to ``name`` in the address; ``text`` is what the reader sees.
    ``is_open``: all of them in a row, one click away; for few of few letters. ``is_fixed``: as
    :func:`read`."""
    names = {code: text(code) for code in options}
    if default not in names:
        default = next(iter(names))
    value = read(name, names.__contains__, default, is_fixed=is_fixed)
    question.tell(title, names[value])
    key = f"filter_{name}"
    st.session_state[key] = value
    look: Any = partial(st.segmented_control, required=True) if is_open else st.selectbox
    look(
        title,
        list(names),
        format_func=names.__getitem__,
        key=key,
        help=help,
        on_change=lambda: choose(name, st.session_state[key]),
    )
    return value


def scope(
    kinds: Iterable[str] = ("all", "family", "domain", "unknown"),
    *,
    title: str | None = None,
    default: str | None = None,
) -> str:
    """The domain: 'all', 'family_<code>', a domain's code or 'unknown'. In the address: scope.
    ``default``: one that follows from what the address asks for. What is here, but of no such kind,
    gives way to it, and :func:`instead_of` names it."""
    wanted = set(kinds)
    names = scope_labels()
    codes = [code for code, (kind, _) in names.items() if kind in wanted]

    def text(code: str) -> str:
        kind, name = names[code]
        return f"\u2003{name}" if kind == "domain" and "family" in wanted else name

    title = title or _("Domain")
    sought, begin = asked("scope"), default or "all"
    if sought in names.keys() - {*codes, "unknown"}:  # it is here: no link named it in vain
        st.session_state.setdefault(_ASIDE, {})["scope"] = (sought, begin)
        _take("scope", begin)
    return pick("scope", title, codes, text, begin, is_fixed=default is None)


def instead_of(name: str, value: str) -> str | None:
    """What was asked for by a filter's name and is no choice of this page, as long as ``value``,
    with which the page began instead, stands."""
    sought, begin = st.session_state.get(_ASIDE, {}).get(name, (None, None))
    return sought if value == begin else None


def scope_labels() -> dict[str, tuple[str, str]]:
    """Each scope's (kind, label in the reader's language), in the order of the pick list."""
    return _scope_labels(str(query.build().path), i18n.language())


# Tables ask for the label of every row.
@lru_cache(maxsize=8)
def _scope_labels(path: str, language: str) -> dict[str, tuple[str, str]]:
    rows = query.page_sql(__file__, "scopes")
    return {row["scope_code"]: (row["scope_kind"], i18n.label(row)) for _, row in rows.iterrows()}


def domains_in_use(scope: str) -> tuple[str, ...]:
    """The domains of a scope that somebody offers or asks for, in the order of the pick list."""
    found = query.page_sql(target_states.__file__, "domains_of_scope", scope=scope)
    return tuple(found["domain_code"])


def domains_of(scope: str) -> tuple[str, ...]:
    """The domains of a scope, 'unknown' among those of all."""
    return _domains_of(str(query.build().path)).get(scope, ())


@lru_cache(maxsize=4)
def _domains_of(path: str) -> dict[str, tuple[str, ...]]:
    rows = query.page_sql(__file__, "domains_of")
    return {str(scope): tuple(held) for scope, held in rows.groupby("scope_code")["domain_code"]}


def scope_label(code: str) -> str:
    """The label of one scope in the reader's language."""
    return scope_labels().get(code, ("", code))[1]


def territory(
    lowest: str = "commune", *, at_home: bool = False, default: Territory | None = None
) -> Territory:
    """The place: pick lists from region down to ``lowest``. In the address: in=<level>-<code>, or
    in=ours. Where nothing was chosen it begins with ``default``, which follows from what the
    address asks for, else ``at_home`` with our territory, else with France."""
    mine = places.ours() if at_home else None
    begin = default or mine or places.FRANCE
    value = read(
        "in", lambda text: _is_place(text, at_home), begin.address, is_fixed=default is None
    )
    place = places.find(value) or begin
    allowed = places.LEVELS[: places.LEVELS.index(lowest) + 1]
    path = (*place.parents, place)
    while path[-1].level not in (*allowed, places.SEVERAL):
        path = path[:-1]
    titles = {"region": _("Region"), "departement": _("Département"), "commune": _("Commune")}
    everything = {
        "region": _("All of France"),
        "departement": _("Whole region"),
        "commune": _("Whole département"),
    }
    for above, level in pairwise(allowed):
        parent = next((part for part in path if part.level == above), None)
        if parent is None:
            break
        here = next((part for part in path if part.level == level), None)
        first = mine if level == "region" else None
        if first and path[-1] == first and first.level in ("region", places.SEVERAL):
            here = first
        _go_down(parent, level, here, titles[level], everything[level], first)
    question.tell(_("Territory"), places.name(path[-1]))
    return path[-1]._replace(parents=path[:-1])


def _is_place(text: str, at_home: bool) -> bool:
    found = places.find(text)
    return found is not None and (at_home or found.level != places.SEVERAL)


def _go_down(
    parent: Territory,
    level: str,
    here: Territory | None,
    title: str,
    everything: str,
    ours: Territory | None,
) -> None:
    rows = query.page_sql(
        __file__, "territories", parent_level=parent.level, parent_code=parent.code, level=level
    )
    names = {places.OURS: places.name(ours)} if ours else {}
    names |= {"": everything, **dict(zip(rows["code"], rows["name"], strict=True))}
    key = f"filter_in_{level}"
    chosen_now = places.OURS if here and here == ours else here.code if here else ""
    st.session_state[key] = chosen_now if chosen_now in names else ""

    def change() -> None:
        chosen = st.session_state[key]
        if ours and chosen == places.OURS:
            choose("in", ours.address)
        else:
            go_to(*((level, chosen) if chosen else (parent.level, parent.code)))

    st.selectbox(title, list(names), format_func=names.__getitem__, key=key, on_change=change)


def breadcrumb(place: Territory, *, at_home: bool = False) -> None:
    """France › Bretagne › Rennes: each part leads back up. ``at_home``: where the marketplace
    operates in a part of France, that part and all of France are one click from anywhere."""
    mine = places.ours() if at_home else None
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="breadcrumb"):
        if mine and places.is_ours(place):
            st.markdown(f"**{places.name(mine)}**", width="content")
            _leads_to(places.FRANCE, _("All of France"), "up_country")
            return
        if mine:
            _leads_to(mine, places.name(mine), "up_ours")
        for part in place.parents:
            _leads_to(part, places.name(part), f"up_{part.level}")
            st.markdown("›", width="content")
        st.markdown(f"**{places.name(place)}**", width="content")


def _leads_to(place: Territory, title: str, key: str) -> None:
    st.button(title, key=key, type="tertiary", on_click=choose, args=("in", place.address))


def find_territory(text: str) -> Territory | None:
    """The territory that 'region-53' or 'ours' names, with its parents; None when there is none."""
    return places.find(text)


def k() -> int:
    """How many providers a place needs, 1 to 10. In the address: k."""
    default = str(int(query.build().settings.get("k", 3)))
    codes = [str(n) for n in range(1, 11)]
    return int(
        pick(
            "k",
            _("Providers needed"),
            codes,
            str,
            default,
            help=_(
                "A commune is covered in a domain when at least this many active providers of it "
                "come there."
            ),
        )
    )


def days() -> int:
    """The horizon in days within which a request should be filled. In the address: days."""
    return int(
        pick(
            "days",
            _("Filled within"),
            horizons(),
            lambda n: i18n.ngettext("{n} day", "{n} days", int(n)).format(n=n),
            str(int(query.build().settings.get("fill_days", 14))),
        )
    )


def horizons() -> list[str]:
    """The days that a reader may choose, in order."""
    settings = query.build().settings
    default = str(int(settings.get("fill_days", 14)))
    return sorted({*map(str, settings.get("horizons_days", [])), default}, key=int)


def kind() -> str:
    """The kind of provider: 'all' or one of KINDS. In the address: kind."""
    return pick("kind", _("Kind of provider"), KINDS, lambda code: i18n.name("kind", code), "all")


def period() -> Period:
    """The months looked at: the last 3, 6, 12 or 24 complete ones before the build's as_of, or any
    two the reader chooses. In the address: period=12 or period=2025-01..2025-12."""
    first, last = months_known()
    default = str(int(query.build().settings.get("window_months", 12)))
    value = read("period", lambda text: asked_period(text) is not None, default)
    chosen = asked_period(value)
    assert chosen is not None
    question.tell(_("Period"), period_label(chosen))
    presets = sorted({*map(str, PRESETS), default}, key=int)
    st.session_state["filter_period"] = value if value in presets else "custom"

    def change() -> None:
        preset = st.session_state["filter_period"]
        choose("period", period_address(chosen) if preset == "custom" else preset)

    names = {
        code: i18n.ngettext("Last month", "Last {n} months", int(code)).format(n=code)
        for code in presets
    }
    names["custom"] = _("Other months…")
    st.selectbox(
        _("Period"),
        list(names),
        format_func=names.__getitem__,
        key="filter_period",
        on_change=change,
    )
    if value not in presets:
        _custom_period(chosen, first, last)
    return chosen


def _custom_period(chosen: Period, first: dt.date, last: dt.date) -> None:
    months = [add_months(last, -n) for n in range(Period(first, last).months)]
    names = {month: i18n.month(month) for month in months}
    st.session_state["filter_from"], st.session_state["filter_to"] = chosen

    def change() -> None:
        ends = sorted((st.session_state["filter_from"], st.session_state["filter_to"]))
        choose("period", period_address(Period(*ends)))

    for key, title in (("filter_from", _("From")), ("filter_to", _("To"))):
        st.selectbox(title, months, format_func=names.__getitem__, key=key, on_change=change)
