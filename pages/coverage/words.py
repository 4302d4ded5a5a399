"""The sentences and the tables of the page, in the reader's language, out of its figures."""

import math
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from etl.words.names import in_a_sentence
from etl.words.words import PEOPLE
from pages.coverage.cells import Question
from pages.coverage.measures import Measure
from pages.shared import doubt, filters, i18n, places, query, theme
from pages.shared.filters import Territory

_ = i18n.gettext
ANY_DOMAIN = ("deserts", "gap", "market_state")  # decided over all the domains asked for at once


def horizon(days: int) -> str:
    """Why the days that the reader chose do not count commune by commune."""
    text = _("Commune by commune, “in time” is always within {days} days.")
    return text.format(days=i18n.number(days))


def limits(k: int) -> str:
    """Where the states of a market begin: the settings of the build."""
    settings = query.build().settings
    pressure = float(settings.get("pressure_limit", 0.1))
    return _(
        "Healthy: at least {k} providers and {fill} of requests filled in time. Short of "
        "providers: fewer than {k}, or more than {zero} of requests without any answer. Short of "
        "requests: fewer than {pressure} a month for each provider."
    ).format(
        k=i18n.number(k),
        fill=i18n.percent(settings.get("fill_target", 0.6)),
        zero=i18n.percent(settings.get("zero_response_limit", 0.2)),
        pressure=i18n.number(pressure, 1 if pressure == round(pressure, 1) else 2),
    )


def supply_of(names: Iterable[str], asked: Question) -> list[str]:
    """Which providers the requests of these measures are set against, where it may surprise."""
    if not set(names) & {"coverage_demand", *ANY_DOMAIN}:
        return []
    notes = []
    if set(names) & set(ANY_DOMAIN) and len(asked.domains) > 1 and not asked.is_single:
        notes.append(
            _(
                "Gaps, deserts and states of several domains count a provider of any of them: "
                "choose one domain to see what it lacks."
            )
        )
    if asked.period.to_month < filters.last_complete_month(query.build().as_of):
        notes.append(_("Requests of the past are set against today’s providers."))
    return notes


def fewer(asked: Question, shown: Question) -> str:
    """Why areas are shown with fewer providers needed than the reader asked for."""
    text = i18n.ngettext(
        "Nobody here has {k} providers to choose from yet: below, {n} provider is enough.",
        "Nobody here has {k} providers to choose from yet: below, {n} providers are enough.",
        shown.k,
    )
    return text.format(k=i18n.number(asked.k), n=i18n.number(shown.k))


def to_load(sources: Iterable[str]) -> str:
    """What to bring where a measure is taken of files that are not there."""
    names = ", ".join(i18n.name("source", source) for source in sources)
    return _("Bring this on the page “Bring files”: {sources}.").format(sources=names)


def drawn_in() -> str:
    """What maps and rankings do to rates of few cases."""
    return _(
        "Colours, squares and ranks draw a rate of few cases towards the mean of the areas; the "
        "raw value and its interval stand beside."
    )


def furthest_behind(
    rows: pd.DataFrame, asked: Question, name: Callable[[Any], str] | None = None
) -> str:
    """The three areas that are worst off; rows as cells.whole gives them. name: how a row is named,
    as Markdown."""
    name = name or (lambda row: theme.escape(row["name"]))
    told = rows[rows["tint"].notna()].head(3)
    if len(told) < 2:
        return ""
    if asked.measure.shrinks and rows["tint"].nunique() == 1 and rows["tint"].notna().sum() > 1:
        return _("The areas differ no more than chance makes them.")
    names = ", ".join(
        f"{name(row)} ({_with_raw(row, asked)})"
        for row in described(told, asked).to_dict("records")
    )
    equals = int((rows["tint"] == rows["tint"].iloc[0]).sum())
    if equals > len(told) and rows["shrunk"].isna().all():
        names = _ties(described(told, asked), equals, name)
    is_low = asked.measure.is_low_bad
    if not i18n.is_none(rows["latitude"].iloc[0]) or not asked.measure.per:
        text = _("Furthest behind: {names}.") if is_low else _("Highest: {names}.")
    elif is_low:
        text = _("Furthest behind for their population: {names}.")
    else:
        text = _("Highest for their population: {names}.")
    return text.format(names=names)


def by_region(rows: pd.DataFrame, asked: Question) -> str:
    """The same of regions, each of which leads to who is there."""
    here = st.query_params.to_dict() | {"view": "providers"}

    def linked(row: Any) -> str:
        asked_for = urlencode(here | {"in": f"region-{row['code']}"})
        return f"[{theme.escape(row['name'])}](coverage?{asked_for})"

    behind = furthest_behind(rows, asked, linked)
    return _("By region: {sentence}").format(sentence=in_a_sentence(behind)) if behind else ""


def _with_raw(row: Any, asked: Question) -> str:
    """A value as maps and rankings have it, the raw one beside where they differ."""
    parts = [str(row["shown"])]
    if not i18n.is_none(row["shrunk"]):
        parts.append(_("raw {value}").format(value=asked.measure.text(row["value"])))
    if asked.measure.is_sampled and not row["is_few"]:
        unsure = doubt.of(row["n"], row["low"])
        if unsure == "interval":
            parts.append(i18n.interval(row["low"], row["high"]))
        elif unsure:
            parts.append(doubt.too_few(row["n"]))
    return ", ".join(parts)


def _ties(told: pd.DataFrame, equals: int, name: Callable[[Any], str]) -> str:
    """So many areas are equally worst: their value, the largest of them by name."""
    names = ", ".join(map(name, told.to_dict("records")))
    return _("{n} at {value} ({names} and {more} more)").format(
        n=i18n.number(equals),
        value=told["shown"].iloc[0],
        names=names,
        more=i18n.number(equals - len(told)),
    )


def place_name(place: Territory) -> str:
    """The name of a place; a country needs no code."""
    return places.name(place)


def described(rows: pd.DataFrame, asked: Question) -> pd.DataFrame:
    """The rows with ``shown`` (the value in words; what is not told says so), ``brief`` (the same
    in as few signs as a narrow cell asks for) and ``about`` (the count and interval behind it)."""
    lang = i18n.language()
    phrases = {
        "few": _("few"),
        "nothing": _("nothing to count"),
        "from": _("{n} reach it, from wherever they are based"),
        "interval": _("95% interval {interval}"),
        "too_few": _("too few to tell"),
        "raw": _("raw {value}"),
        "counted": _("{what}: {n}").replace(
            "{what}", query.metric_definition(asked.measure.name).counts
        ),
    }
    texts = [
        (*_shown(row, asked, phrases, lang), _about(row, asked, phrases, lang))
        for row in rows.to_dict("records")
    ]
    columns = zip(("shown", "brief", "about"), zip(*texts, strict=True), strict=True)
    return rows.assign(
        **{name: pd.Series(column, rows.index, dtype=object) for name, column in columns}
    )


def _shown(row: Any, asked: Question, phrases: dict[str, str], lang: str) -> tuple[str, str]:
    value = row["value"]
    if row["is_few"]:
        return phrases["few"], phrases["few"]
    if i18n.is_none(value) and i18n.is_none(row["n"]):
        return i18n.NONE, i18n.NONE
    if asked.measure.unit == "state":
        return i18n.name("state", row["state"]), i18n.name("state in a word", row["state"])
    if not i18n.is_none(row["providers"]):
        return (i18n.number(row["providers"], lang=lang),) * 2
    if not i18n.is_none(row["shrunk"]):
        value = row["shrunk"]
    text = asked.measure.text_of({**row, "value": value}, lang)
    if asked.measure.unit != "share" or i18n.is_none(value):
        return text, text
    if 0 < value < 0.005:
        return text, f"<{i18n.percent(0.01, lang=lang)}"
    if 0.995 <= value < 1:
        return text, f">{i18n.percent(0.99, lang=lang)}"
    return text, i18n.percent(value, lang=lang)


def _about(row: Any, asked: Question, phrases: dict[str, str], lang: str) -> str:
    if i18n.is_none(row["n"]):
        return phrases["nothing"]
    n = i18n.number(row["n"], lang=lang)
    if asked.measure.name == "active_providers":
        return phrases["from"].format(n=n)
    parts = [phrases["counted"].format(n=n)]
    if not row["is_few"] and not i18n.is_none(row["shrunk"]) and not i18n.is_none(row["value"]):
        raw = asked.measure.text(row["value"], lang)
        parts.insert(0, phrases["raw"].format(value=raw))
    if not i18n.is_none(row["low"]):
        told = i18n.words(lang).interval(row["low"], row["high"])
        parts.append(phrases["interval"].format(interval=told))
    return " · ".join([*parts, phrases["too_few"]] if row["is_few"] else parts)


def title(asked: Question, *, communes: bool, with_scope: bool = True) -> str:
    """What the colours of the map mean."""
    label = query.metric_definition(asked.measure.name).label
    if communes and asked.measure.is_pooled:
        label = (
            _("Share of domains with at least {k} active providers that reach the commune").format(
                k=asked.k
            )
            if asked.is_average
            else _("Active providers that reach the commune")
        )
    elif not communes and asked.measure.per:
        text = (
            _("{label}, per month and {n} inhabitants")
            if asked.measure.monthly or asked.measure.unit == "per_month"
            else _("{label}, per {n} inhabitants")
        )
        label = text.format(label=label, n=i18n.number(asked.measure.per))
    elif asked.measure.unit == "per_month_per_person":
        label = f"{label} ({asked.measure.unit_text()})"
    elif asked.measure.name == "deserts":
        label = _("Share of the communes with requests where nobody comes")
    return f"{label} — {filters.scope_label(asked.scope)}" if with_scope else label


def by_area(rows: pd.DataFrame, asked: Question, level: str) -> pd.DataFrame:
    """The map as a table."""
    table = pd.DataFrame({_territory(level): rows["name"].tolist()})
    label = query.metric_definition(asked.measure.name).label
    if rows["providers"].notna().any():
        table[_("Providers that reach it")] = rows["providers"].tolist()
    elif asked.measure.unit == "state":
        table[label] = [i18n.name("state", state) for state in rows["state"]]
        table[_("Active providers")] = rows["numerator"].tolist()
        table[_("Requests")] = rows["n"].tolist()
        table[query.metric_definition("fill_rate").label] = (
            rows["fill_rate"].map(i18n.share).tolist()
        )
    else:
        table[label] = scaled(rows["value"], asked.measure).tolist()
    if asked.measure.is_sampled:  # a raw rate of few cases is not to be read without them
        table[_("Cases")] = rows["n"].tolist()
        table[_("Note")] = [_("too few to tell") if few else "" for few in rows["is_few"]]
    if "left_out" in rows and rows["left_out"].notna().any():
        table[_("Left out")] = rows["left_out"].tolist()
    if rows["shrunk"].notna().any():
        table[_("Drawn to the mean")] = rows["shrunk"].tolist()
    if rows["low"].notna().any():
        table[_("Low (95%)")] = rows["low"].tolist()
        table[_("High (95%)")] = rows["high"].tolist()
    table[_("Inhabitants")] = rows["population"].tolist()
    table[_("Code")] = rows["code"].tolist()
    return table


def beside_map(rows: pd.DataFrame, asked: Question, level: str) -> pd.DataFrame:
    """What stands beside the map, as narrow as there is room for; the files hold the rest."""
    whole = by_area(rows, asked, level)
    table = whole.iloc[:, :2].set_axis([whole.columns[0], _("Value")], axis=1)
    wanted = [_("Drawn to the mean"), *([_("Cases")] if asked.measure.is_sampled else [])]
    table = table.join(whole[[name for name in wanted if name in whole]])
    table = table.rename(columns={_("Drawn to the mean"): _("Drawn")})
    if _("Low (95%)") not in whole:
        return table.join(whole[[_("Inhabitants"), _("Code")]])
    table[_("95%")] = [
        _("few") if few else i18n.interval(low, high)
        for few, low, high in zip(rows["is_few"], rows["low"], rows["high"], strict=True)
    ]
    return table


def by_domain(
    cells_: pd.DataFrame, areas: list[str], domains: list[str], measure: Measure
) -> pd.DataFrame:
    """The heatmap as a table: a line per domain, a column per area, values as numbers."""
    if cells_["providers"].notna().any():
        value = cells_["providers"].fillna(cells_["value"])
    elif "state" in cells_:
        value = cells_["state"].map(lambda state: i18n.name("state", state))
    else:
        value = scaled(cells_["shrunk"].fillna(cells_["value"]), measure)
    wide = cells_.assign(cell=value.where(~cells_["is_few"])).pivot(
        index="scope_code", columns="code", values="cell"
    )
    names = cells_.drop_duplicates("code").set_index("code")["name"]
    wide = wide.reindex(index=domains, columns=areas)
    wide.columns = [names[code] for code in areas]
    wide.insert(0, _("Domain"), [filters.scope_label(code) for code in domains])
    return wide.reset_index(drop=True)


def one_place(cells_: pd.DataFrame, asked: Question) -> pd.DataFrame:
    """One commune, a line per domain: what it has and what it lacks."""
    rows = cells_[cells_["scope_code"].isin(asked.domains)]
    table = pd.DataFrame({_("Domain"): [filters.scope_label(c) for c in rows["scope_code"]]})
    if rows["providers"].notna().any():
        missing = (asked.k - rows["providers"]).clip(lower=0)
        table[_("Providers that reach it")] = rows["providers"].tolist()
        table[_("Missing to reach {k}").format(k=asked.k)] = missing.tolist()
        table["scope_code"] = rows["scope_code"].tolist()
        return table.sort_values(table.columns[2], ascending=False, kind="stable")
    label = query.metric_definition(asked.measure.name).label
    if asked.measure.unit == "state":
        table[label] = [i18n.name("state", state) for state in rows["state"]]
    else:
        table[label] = scaled(rows["value"], asked.measure).tolist()
    table[_("Cases")] = rows["n"].tolist()
    if asked.measure.is_sampled:
        table[_("Note")] = [_("too few to tell") if few else "" for few in rows["is_few"]]
    table["scope_code"] = rows["scope_code"].tolist()
    return table.sort_values(table.columns[1], ascending=asked.measure.is_low_bad, kind="stable")


def value(row: Any, measure: Measure) -> str:
    """The raw value of a cell as text, or that it cannot be told."""
    if row["is_few"]:
        return _("too few to tell")
    if i18n.is_none(row["n"]) and i18n.is_none(row["value"]):
        return i18n.NONE
    return i18n.name("state", row["state"]) if measure.unit == "state" else measure.text_of(row)


def scaled(values: pd.Series, measure: Measure) -> pd.Series:
    """Values in the unit that the reader sees; over a year is no number."""
    if measure.unit == "hours" and (values == math.inf).any():
        return values.astype(object).where(values != math.inf, _("over a year"))
    return values * PEOPLE if measure.unit == "per_month_per_person" else values


def _territory(level: str) -> str:
    return {
        "region": _("Region"),
        "departement": _("Département"),
        "commune": _("Commune"),
    }[level]
