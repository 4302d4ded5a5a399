"""The tables of the overview, with titles in the reader's language and true numbers inside."""

import math

import pandas as pd

from etl.insight.changes import Changes
from etl.words.rows import each
from pages.overview import times, words
from pages.overview.figures import Figure, Overview
from pages.shared import filters, i18n, query, theme

_ = i18n.gettext


def key_figures(data: Overview) -> pd.DataFrame:
    """One row a figure: value, its unit, interval, n, what was left out, a year earlier."""
    none = Figure()
    pairs = [(name, data.coverage[name], none) for name in data.coverage]
    pairs += [
        ("requests", data.requests, data.requests_earlier),
        ("fill_rate", data.fill, data.fill_earlier),
        ("first_response", data.answer, data.answer_earlier),
    ]
    rows: list[tuple] = []
    for name, now, earlier in pairs:
        found = query.metric_definition(name)
        unit = i18n.name("unit", found.unit)
        is_timed = name in ("fill_rate", "first_response")
        bounds = (now.low, now.high, *((now.left_out, now.undated) if is_timed else (None, None)))
        was = _hours(earlier) if name == "first_response" else earlier.value
        value = _hours(now) if name == "first_response" else now.value
        rows.append((found.label, unit, value, now.n, *bounds, was))
        if name == "fill_rate" and not now.has_horizon:
            label, whole = _("Filled (no horizon known)"), int(now.ever_of or 0)
            rows.append((label, unit, now.share_ever, whole, *[None] * 5))
        if name == "first_response":
            label = _("First answer (9 in 10)")
            late = (_hours(now, "p90"), now.n, *bounds, _hours(earlier, "p90"))
            rows.append((label, unit, *late))
    heads = (_("Figure"), _("Unit"), _("Value"), _("Cases"), _("Low (95%)"), _("High (95%)"),
             _("Left out"), _("of them, at an unknown time"), _("A year earlier"))  # fmt: skip
    # beside a time in words numbers are shown as text: 194, not 194.0
    plain = [
        [int(v) if isinstance(v, float) and v.is_integer() else v for v in row] for row in rows
    ]
    return pd.DataFrame(plain, columns=list(heads))


def _hours(figure: Figure, which: str = "value") -> float | str | None:
    """A time to the first answer as a number; in words where it is none."""
    hours = getattr(figure, which)
    is_number = not figure.n or (hours is not None and hours < math.inf)
    return hours if is_number else times.within(figure, which)


def kinds(data: Overview) -> pd.DataFrame:
    """Distinct active providers of each kind, and how many of them count in coverage."""
    rows = data.kinds.assign(kind=data.kinds["kind"].map(lambda kind: i18n.name("kind", kind)))
    if data.place.level != "country":  # it would count those who come from outside too
        rows = rows.drop(columns="reaching")
    return rows.rename(
        columns={
            "kind": _("Kind of provider"),
            "providers": _("Active providers"),
            "reaching": _("With a known commune or coordinates"),
        }
    )


def gaps(data: Overview) -> pd.DataFrame:
    """Where a recruit is needed first, one row a département and domain."""
    rows = data.gaps
    return pd.DataFrame(
        {
            _("Département"): rows["place"],
            _("Code"): rows["departement_code"],
            _("Domain"): rows["scope_code"].map(filters.scope_label),
            _("One recruit could serve, a month"): rows["value"],
            _("Low (95%)"): rows["low"],
            _("High (95%)"): rows["high"],
            _("Unmet a month"): rows["unmet"],
            _("Unmet"): rows["numerator"],
            _("Known outcomes"): rows["denominator"],
            _("Requests"): rows["n"],
            _("People"): rows["population"],
            _("Communes"): rows["communes"],
            _("Providers missing"): rows["missing"],
        }
    )


def gaps_to_read(data: Overview) -> pd.DataFrame:
    """The same as Markdown cells: each place leads to the plan of recruits for it, its unmet
    requests to its cell on the coverage page."""
    rows = []
    for row in each(data.gaps):
        place = theme.escape(f"{row.place} ({row.departement_code})")
        plan = words.recruit_link(row.departement_code, row.scope_code)
        cell = words.coverage_link(row.departement_code, row.scope_code)
        low, high = i18n.number(row.low, 1), i18n.number(row.high, 1)
        rows.append(
            (
                f"[{theme.escape(filters.scope_label(row.scope_code))} · {place}]({plan})",
                f"**{i18n.number(row.value, 1)}** ({low} – {high})",
                f"[{i18n.number(row.unmet, 1)}]({cell})",
                _("{n} of {known}").format(
                    n=i18n.number(row.numerator), known=i18n.number(row.denominator)
                ),
                i18n.number(row.population),
                i18n.number(row.missing),
            )
        )
    heads = (_("Domain and département"), _("One recruit could serve, a month (95%)"),
             _("Unmet a month"), _("Unmet of known"), _("People"),
             _("Providers missing"))  # fmt: skip
    return pd.DataFrame(rows, columns=list(heads))


def months(data: Overview) -> pd.DataFrame:
    """The values behind the charts of requests and fill rate."""
    rows = data.months
    return pd.DataFrame(
        {
            _("Month"): rows["month"].dt.date,
            _("Requests"): rows["requests"],
            _("Requests a year earlier"): rows["requests_earlier"],
            _("Fill rate"): rows["fill_rate"],
            _("Low (95%)"): rows["low"],
            _("High (95%)"): rows["high"],
            _("Known outcomes"): rows["known"],
            _("Left out"): rows["left_out"],
            _("of them, at an unknown time"): rows["undated"],
            _("Fill rate a year earlier"): rows["fill_rate_earlier"],
        }
    )


def supply(data: Overview, period: filters.Period) -> pd.DataFrame:
    """The values behind the chart of active providers: one row a month, one column a kind."""
    rows = data.supply[data.supply["month"] >= pd.Timestamp(period.from_month)]
    wide = rows.pivot(index="ends_on", columns="kind", values="providers").fillna(0)
    order = [kind for kind in filters.KINDS if kind in wide.columns]
    moves = rows[rows["kind"] == "all"].set_index("ends_on")
    shown = wide[order].rename(columns=lambda kind: i18n.name("kind", kind))
    shown[_("Joined in the month")] = moves["joined"]
    shown[_("Left in the month")] = moves["left_providers"]
    shown.insert(0, _("On"), pd.DatetimeIndex(shown.index).date)
    return shown.reset_index(drop=True)


def changes(found: Changes) -> pd.DataFrame:
    """Where coverage fell or rose, one row a département, domain and direction."""
    rows = found.places
    names = query.page_sql(__file__, "departement_names").set_index("code")["name"]
    return pd.DataFrame(
        {
            _("Change"): rows["has_risen"].map({True: _("rose"), False: _("fell")}),
            _("Département"): rows["departement_code"].map(names),
            _("Code"): rows["departement_code"],
            _("Domain"): rows["domain_code"].map(
                {code: label for code, (_kind, label) in filters.scope_labels().items()}
            ),
            _("Communes"): rows["communes"],
            _("People"): rows["population"],
            _("Largest commune"): rows["largest_commune"],
        }
    )


def changes_to_read(found: Changes, most: int = 6) -> pd.DataFrame:
    """The largest changes by people, falls first, as Markdown cells that lead to the cell."""
    names = query.page_sql(__file__, "departement_names").set_index("code")["name"]
    shown = found.places.sort_values(
        ["population", "departement_code", "domain_code"], ascending=[False, True, True]
    )
    falls = shown[~shown["has_risen"]].head(most)
    rises = shown[shown["has_risen"]].head(most - min(len(falls), most // 2))
    rows = []
    for row in each(pd.concat([falls.head(most - len(rises)), rises])):
        code = row.departement_code
        text = theme.escape(f"{filters.scope_label(row.domain_code)} · {names[code]} ({code})")
        link = words.coverage_link(code, row.domain_code)
        rows.append(
            (
                f":material/north_east: {_('rose')}"
                if row.has_risen
                else f":material/south_east: {_('fell')}",
                f"[{text}]({link})",
                i18n.number(row.communes),
                i18n.number(row.population),
            )
        )
    heads = (_("Change"), _("Domain and département"), _("Communes"), _("People"))
    return pd.DataFrame(rows, columns=list(heads))
