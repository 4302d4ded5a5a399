"""From words to providers: what the Search page and the list on the Coverage page share."""

import time
import unicodedata
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from pages.finding.index import Index
from pages.finding.index import load as load_index
from pages.finding.lexicon import Lexicon
from pages.finding.lexicon import load as load_lexicon
from pages.finding.otherwise import otherwise
from pages.finding.parse import Reading, read
from pages.finding.rank import Found, Question, counted, find, page_of, ranked
from pages.finding.relaxed import guessed
from pages.shared import filters, i18n, query

_ = i18n.gettext

PARTS = {"country": "region", "region": "departement", "departement": "commune"}
PAGE_SIZE = 25
MAX_LENGTH = 200
# controls, marks of direction, halves of a character and spaces of every kind
_STRAY = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"}


def search(
    words: str,
    *,
    scope: str = "all",
    level: str = "country",
    code: str = "FR",
    kind: str = "all",
    active_only: bool = False,
    scop_only: bool = False,
    approval: str = "all",
    page: int = 1,
    size: int = PAGE_SIZE,
    reaching: bool = False,
    within_km: float = 0,
    sort: str = "relevance",
    with_places: bool = True,
    with_facets: bool = False,
) -> tuple[pd.DataFrame, int]:
    """The providers found under every one of ``words``, best first, and how many there are in all.

    Any text will do; no word finds everybody, and a text without letter or digit finds nobody.
    scope, (level, code), kind: as the filters give them; a provider is in a territory when it is
    based there or, of a commune, with ``reaching`` when it travels that far and with ``within_km``
    when it is based so near (``km``). approval: all, yes, or lacking (no or unknown). sort:
    relevance, distance or freshness. with_places: whether words may name a place.
    page: from 1; one after the last is the last. The frame has at most ``size`` rows, the columns
    of shown.sql with is_active and inactive_reason (within the scope), km (NaN but near a commune)
    and name_hits (words found in the name); and attrs: ``page`` (the one that came), ``providers``
    (how many there are, rows of one SIRET being one), ``active`` (how many of them are),
    ``reading`` (what was understood), ``facets`` (``with_facets``: facet, value, n).
    Raises QueryError.
    """
    text, index, lexicon = clean(words), load_index(), load_lexicon()
    until = time.monotonic() + query.QUICK_S
    asked = Question(
        **_where(index, lexicon, scope, level, code, reaching, within_km),
        kind=kind, active_only=active_only, scop_only=scop_only, approval=approval, sort=sort,
    )  # fmt: skip
    reading, found = _find(text, asked, with_places, until)
    page = page_of(found.total, page, size)
    chosen = ranked(found, reading, asked, page, size)
    rows = _shown(found, chosen)
    rows.attrs.update(
        page=page,
        active=found.active,
        providers=found.providers,
        reading=reading,
        facets=counted(found, asked, lexicon, PARTS.get(level, "")) if with_facets else None,
    )
    return rows, found.total


def _where(
    index: Index, lexicon: Lexicon, scope: str, level: str, code: str, reaching: bool, km: float
) -> dict[str, Any]:
    """The domains and places of a question."""
    domains = 0
    for domain in filters.domains_of(scope) if scope != "all" else ():
        domains |= lexicon.bits.get(domain, 0)
    where: dict[str, Any] = {"domains": domains}
    place = lexicon.codes.get((level, code))
    if place and level == "commune" and (reaching or km > 0):
        furthest = float(query.build().settings.get("max_reach_km", 100))
        where["near"] = _km_from(index, code, km or furthest)
        where["is_coming"] = reaching
    elif place:
        where |= {"low": place.low, "high": place.high}
    return where


def _find(text: str, asked: Question, with_places: bool, until: float) -> tuple[Reading, Found]:
    """For the text as it is read; where nobody is found, for those whose name holds all of it, for
    the first way of leaving words out under which anybody is, or of a known word as a slip, else
    for the whole text."""
    index, lexicon = load_index(), load_lexicon()
    reading = read(text, with_places=with_places) if text else Reading()
    around = None
    if reading.radius_km:
        around = _km_from(index, reading.places[0].code, reading.radius_km)
    found = find(index, lexicon, reading, asked, around)
    if found.total and reading.is_place_alone:
        for other in guessed(reading, lexicon):
            others = find(index, lexicon, other, asked, around)
            if others.total:
                return other, others
    if found.total:
        return reading, found
    for other in otherwise(text, reading, index, with_places):
        if time.monotonic() > until:
            raise query.TooLong(query.QUICK_S)
        others = find(index, lexicon, other, asked, around if other.places else None)
        if others.total:
            return other, others
    return reading, found


def _km_from(index: Index, commune: str, km: float) -> Any:
    """How far each place is from a commune, NaN where it is farther than so many km."""
    near = query.quick_sql(__file__, "near", commune_code=commune, radius_km=float(km))
    away = np.full(len(index.place_starts), np.nan)
    away[near["place_number"]] = near["km"]
    return away


def _shown(found: Found, chosen: Any) -> pd.DataFrame:
    """The records of these, with what the search knows of each."""
    column = found.index.rows
    numbers = column["provider_row"][found.rows[chosen]]
    rows = query.quick_sql(__file__, "shown", rows=numbers.tolist())
    order = np.empty(len(numbers), np.int64)
    order[np.argsort(numbers)] = np.argsort(rows.pop("provider_row").to_numpy())
    rows = rows.take(order).reset_index(drop=True)
    active = found.is_active[chosen]
    rows["is_active"] = active
    reasons = rows["inactive_reason"].astype(object)
    rows["inactive_reason"] = reasons.fillna("not_approved").mask(active, None)
    rows["km"] = np.nan if found.km is None else found.km[chosen]
    rows["name_hits"] = np.bitwise_count(found.seen[chosen])
    return rows


def clean(words: str) -> str:
    """What was typed, fit for a query: no control or stray characters, at most MAX_LENGTH long."""
    return _plain(words)[:MAX_LENGTH].strip()


def is_cut(words: str) -> bool:
    """Whether more was typed than clean() takes."""
    return len(_plain(words)) > MAX_LENGTH


def _plain(words: str) -> str:
    head = words[: 10 * MAX_LENGTH]
    return " ".join("".join(" " if unicodedata.category(c) in _STRAY else c for c in head).split())


def table(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of search() as a reader sees and takes them away: titles and values in words."""
    rows = pd.DataFrame(rows)
    rows.attrs = {}  # else copied at every step
    labels = domain_labels()
    shown = pd.DataFrame(
        {
            _("Name"): rows["name"].where(rows["name"].notna(), name(None)),
            _("Kind"): _each(rows[["kind"]], lambda row: i18n.name("kind", row["kind"])),
            _("State"): _each(
                rows[["inactive_reason"]], lambda row: status(row["inactive_reason"])
            ),
            _("Domains"): [
                ", ".join(labels.get(code, code) for code in known_domains(codes))
                for codes in rows["domain_codes"]
            ],
            _("Place"): _each(
                rows[["region_code", "departement_code", "departement_name", "commune_name"]], place
            ),
            _("Travels"): _each(
                rows[["reach_km", "is_reach_known"]],
                lambda row: reach(row["reach_km"], row["is_reach_known"]),
            ),
            _("Last seen"): pd.to_datetime(rows["last_seen_on"]).dt.date,
            _("Price per hour (€)"): rows["price_hour_eur"],
            _("SIREN"): rows["siren"],
            _("Identifier"): rows["provider_id"],
        }
    ).reset_index(drop=True)
    if rows["km"].notna().any():
        shown.insert(5, _("Distance (km)"), rows["km"].round(1).tolist())
    return shown


def _each(values: pd.DataFrame, text: Callable[[Any], str]) -> list[str]:
    """The text of every row; what repeats is put into words once."""
    plain = values.astype(object).where(values.notna(), None)
    keys = list(plain.itertuples(index=False, name=None))
    texts = {key: text(dict(zip(values, key, strict=True))) for key in set(keys)}
    return [texts[key] for key in keys]


def name(text: Any) -> str:
    """A provider's name on one line, or that none was given; plain text, not made safe."""
    words = "" if i18n.is_none(text) else " ".join(str(text).split())
    return words or _("(no name given)")


def known_domains(codes: Any) -> list[str]:
    """A provider's domains, or 'unknown' alone."""
    return list(codes) if codes is not None and len(codes) else ["unknown"]


def domain_labels() -> dict[str, str]:
    """The name of each domain in the reader's language."""
    return {code: label for code, (_kind, label) in filters.scope_labels().items()}


def place(row: Any) -> str:
    """Where a provider is based, as closely as is known: 'Rennes (35)', 'Bretagne'."""
    code = row["departement_code"]
    if not i18n.is_none(row["commune_name"]):
        return f"{row['commune_name']} ({code})"
    if not i18n.is_none(row["departement_name"]):
        return f"{row['departement_name']} ({code})"
    region = filters.find_territory(f"region-{row['region_code']}")
    return region.name if region else _("Place unknown")


def reach(km: float, is_known: bool) -> str:
    """How far a provider travels, and whether that is a default."""
    text = _("{km} km") if is_known else _("{km} km (assumed)")
    return text.format(km=i18n.number(km))


def status(reason: Any) -> str:
    """'Active', or why not."""
    if i18n.is_none(reason):
        return _("Active")
    return {
        "left": _("Inactive: has left"),
        "gone": _("Inactive: no longer listed"),
        "inactive": _("Inactive: its record says so"),
        "not_joined": _("Inactive: has not joined yet"),
        "unpublished": _("Inactive: not published"),
        "stale": _("Inactive: not seen for too long"),
        "not_approved": _("Inactive: lacks the approval"),
    }.get(reason, _("Inactive"))


def page_links(name: str, page: int, total: int) -> None:
    """Back and forth between the pages of a list; ``name`` is the page's in the address."""
    pages = -(-total // PAGE_SIZE)
    if pages < 2:
        return
    with st.container(horizontal=True, vertical_alignment="center", key=f"{name}_links"):
        for key, title, icon, target in (
            ("previous", _("Previous"), "chevron_left", page - 1),
            ("next", _("Next"), "chevron_right", page + 1),
        ):
            st.button(
                title,
                key=f"{name}_{key}",
                icon=f":material/{icon}:",
                disabled=not 1 <= target <= pages,
                on_click=filters.choose,
                args=(name, str(target)),
            )
        first = (page - 1) * PAGE_SIZE + 1
        st.markdown(
            _("{first} to {last} of {total}").format(
                first=i18n.number(first),
                last=i18n.number(min(total, page * PAGE_SIZE)),
                total=i18n.number(total),
            ),
            width="content",
        )
