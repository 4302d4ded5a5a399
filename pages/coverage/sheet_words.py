"""The texts and tables of the sheet of one cell, in the reader's language."""

import math
from typing import Any

import pandas as pd

from etl.insight.small_samples import FEW
from etl.words.words import PEOPLE
from pages.coverage import words
from pages.coverage.measures import MEASURES, Measure
from pages.coverage.sheet import TOPICS, Difference, Row, Sheet, difference
from pages.shared import filters, i18n, places, query, theme

_ = i18n.gettext


def title(sheet: Sheet) -> str:
    """What stands over the sheet."""
    return _("{domain} in {place}").format(
        domain=filters.scope_label(sheet.asked.scope), place=places.name(sheet.place)
    )


def table(
    sheet: Sheet, versus: Sheet | None = None, topic: str | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The figures of a topic (of all of them) as a reader sees them, and the same for the files:
    true numbers, with their units and the cases that they rest on."""
    own = sheet.figures(topic)
    others, title = (versus.figures(topic), versus.title) if versus else ({}, "")
    shown: list[dict[str, Any]] = []
    numbers: list[dict[str, Any]] = []
    for name, row in own.items():
        measure = MEASURES[name]
        found = query.metric_definition(measure.name)
        other = others.get(name)
        lines = _lines(found.label, row, other, measure, title)
        if other is not None:
            apart = difference(row, other, measure)
            lines[0][_("Difference")] = _apart(apart, measure)
            lines[1][_("Difference")] = apart.value
        lines[1][_("Cases are")] = _counted(name, row, found.counts)
        for line in lines:
            line[_("What it says")] = found.why
        shown.append(lines[0])
        numbers.append(lines[1])
        for label, column, unit, why in [*_parts(name), *_undated(name, row, other)]:
            of = MEASURES[unit]
            parts = [_part(row, column, of), None if other is None else _part(other, column, of)]
            text, number = _lines(label, parts[0] or {}, parts[1], of, title)
            shown.append(text | {_("What it says"): why})
            numbers.append(number | {_("What it says"): why})
    frame = pd.DataFrame(shown)
    # what differs stands before what it rests on
    first = [_("Figure"), _("Value"), f"{_('Value')} ({title})", _("Difference"), _("95% interval")]
    order = [column for column in first if column in frame]
    order += [str(column) for column in frame if column not in order]
    last = _("What it says")
    order.remove(last)
    return frame[[*order, last]].fillna(i18n.NONE), pd.DataFrame(numbers)


def _lines(
    label: str, row: Row, other: Row | None, measure: Measure, title: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """One figure as text and as numbers, beside what it is compared with."""
    text: dict[str, Any] = {_("Figure"): _with_unit(label, measure)}
    number: dict[str, Any] = {_("Figure"): label}
    _add(text, number, row, measure, "")
    if other is not None:
        _add(text, number, other, measure, title)
    number[_("Unit")] = measure.unit_text()
    return text, number


def _with_unit(label: str, measure: Measure) -> str:
    """A figure by its name, with its unit where the value does not tell it."""
    is_told = measure.unit in ("share", "count", "hours", "days", "state", "eur_per_hour")
    return f"{label} ({measure.unit_text()})" if not is_told or measure.name == "deserts" else label


def _add(
    text: dict[str, Any], number: dict[str, Any], row: Row, measure: Measure, title: str
) -> None:
    """The columns of one place and period."""
    value, n, interval, left_out, low, high = (
        f"{label} ({title})" if title else label
        for label in (
            _("Value"), _("Cases"), _("95% interval"), _("Left out"), _("Low (95%)"),
            _("High (95%)"),
        )
    )  # fmt: skip
    text[value] = words.value(row, measure)
    text[interval] = i18n.interval(row["low"], row["high"]) or i18n.NONE
    scale = PEOPLE if measure.unit == "per_month_per_person" else 1
    number[value] = row["value"] * scale
    if measure.unit == "state":
        number[value] = i18n.name("state", row["state"])
    elif measure.unit == "hours" and not row["value"] < math.inf:
        number[value] = words.value(row, measure)
    number[n], number[left_out] = row["n"], row["left_out"]
    number[low], number[high] = row["low"], row["high"]


def _counted(name: str, row: Row, counts: str) -> str:
    """What n counts; "–" where the value is the count itself."""
    if i18n.is_none(row["n"]):
        return i18n.NONE
    return _("communes with requests") if name == "deserts" else counts


def _parts(name: str) -> list[tuple[str, str, str, str]]:
    """What stands below a figure: label, column of the row, a measure with its unit, meaning."""
    unmet = _("Part of the unmet demand: a number, not a share.")
    return {
        "active_providers": [
            (
                _("Providers who come here"), "reaching", "active_providers",
                _("From wherever they are based, to at least one commune of it."),
            )
        ],
        "unmet_demand": [
            (_("of them, filled late"), "filled_late", "requests", unmet),
            (_("of them, cancelled by the client"), "cancelled", "requests", unmet),
        ],
        "first_response": [
            (
                _("First answer (9 in 10)"), "p90", "first_response",
                _("Nine requests in ten have had their first answer after this time."),
            )
        ],
        "direct_hire_share": [
            (
                _("Direct hires among those of individuals"), "individuals", "direct_hire_share",
                _("Of the hires of individuals, those the household employs itself."),
            )
        ],
        "concentration": [
            (
                _("Share of the largest provider"), "largest_share", "utilisation",
                _("Of the hires of 12 months, those of the provider with most."),
            )
        ],
        "provider_share": [
            (
                _("Take rate"), "take_rate", "provider_share",
                _("Of each euro that clients pay, what the marketplace keeps."),
            )
        ],
    }.get(name, [])  # fmt: skip


def _undated(name: str, row: Row, other: Row | None) -> list[tuple[str, str, str, str]]:
    """Parts, as in _parts, of the events at an unknown time, where there are any."""
    if not any(one is not None and one["undated"] > 0 for one in (row, other)):
        return []
    what = {
        "fill_rate": _("Left out: filled at an unknown time"),
        "unmet_demand": _("Left out: filled at an unknown time"),
        "results_at_least_k": _("Left out: some answers at an unknown time"),
    }.get(name, _("Left out: answered at an unknown time"))
    told = _("In time or not: nobody knows. A number, not a share.")
    parts = [(what, "undated", "requests", told)]
    label = {
        "fill_rate": _("Filled at any time (no horizon known)"),
        "zero_response": _("Without any answer so far (no horizon known)"),
    }.get(name)
    if label:
        parts.append((label, "ever", name, _("Of the requests old enough, whenever it was.")))
    return parts


def _part(row: Row, column: str, measure: Measure) -> Row:
    """A part of a figure as a row of its own: no interval, the same cases behind it unless told."""
    own = {**row, **dict.fromkeys(("low", "high", "left_out"), math.nan), "value": row[column]}
    if column == "p90":
        own["share_waiting"] = 0.1
    if column == "ever":
        own |= {"value": row["ever"] / (row["ever_of"] or math.nan), "n": row["ever_of"]}
        return own | {"is_few": row["ever_of"] < FEW}
    if measure.unit == "count":
        return own | {"is_few": False, "n": math.nan}
    if f"{column}_n" in row:
        n = row[f"{column}_n"]
        own |= {"n": n, "is_few": not i18n.is_none(n) and n < FEW}
    return own


def caption(sheet: Sheet, topic: str, *, is_compared: bool) -> str:
    """What the figures of a topic take for granted."""
    asked = sheet.asked
    parts = [
        _("Providers needed: {k}. In time: within {days} days. {period}.").format(
            k=asked.k, days=asked.days, period=filters.period_label(asked.period)
        )
    ]
    if topic == "supply" and not asked.is_single and len(asked.domains) > 1:
        parts.append(_("Coverages are averages over the domains in use."))
    if topic == "supply":
        parts.append(_base(sheet.unknowns))
    if topic == "market":
        parts.append(words.limits(asked.k))
    parts += words.supply_of(TOPICS[topic], asked)
    if sheet.place.level == "commune":
        parts.append(words.horizon(int(query.build().settings.get("fill_days", 14))))
        left = [name for name in TOPICS[topic] if not MEASURES[name].has_communes]
        if left:
            labels = ", ".join(query.metric_definition(name).label for name in left)
            parts.append(_("Not told commune by commune: {labels}.").format(labels=labels))
    if is_compared:
        parts.append(
            _(
                "A difference is called one where its 95% interval leaves out 0. Coverages, gaps "
                "and states always set requests against today’s providers."
            )
        )
    return " ".join(parts)


def _base(unknown: Row) -> str:
    """What active means, and of how many providers it is not known."""
    set_to = query.build().settings
    return _(
        "Active: seen within {days} days (not known for {seen} of {all}, who count as seen). Where "
        "nobody told how far they travel ({reach}), {km} km are taken. Only a known lack of "
        "approval excludes: it is unknown for {approval}."
    ).format(
        days=i18n.number(set_to.get("freshness_days", 90)),
        km=i18n.number(set_to.get("default_reach_km", 10)),
        all=i18n.number(unknown["providers"]),
        seen=i18n.number(unknown["seen_unknown"]),
        reach=i18n.number(unknown["reach_unknown"]),
        approval=i18n.number(unknown["approval_unknown"]),
    )


def _apart(apart: Difference, measure: Measure) -> str:
    said = {
        "higher": _("higher"),
        "lower": _("lower"),
        "same": _("the same"),
        "unclear": _("may be chance"),
        "few": _("too few to tell"),
        "no interval": _("no interval to judge it by"),
        "unknown": i18n.NONE,
    }[apart.verdict]
    if measure.unit == "state":
        return _("not the same") if apart.verdict == "unclear" else said
    if apart.value is None:
        return said
    if apart.verdict == "same":
        return said
    text = _signed(apart.value, measure)
    if apart.low is not None and apart.high is not None:
        return _("{difference} ({low} to {high}): {verdict}").format(
            difference=text,
            low=_signed(apart.low, measure),
            high=_signed(apart.high, measure),
            verdict=said,
        )
    return _("{difference}: {verdict}").format(difference=text, verdict=said)


def _signed(value: float, measure: Measure) -> str:
    if measure.unit == "share":
        size = _("{n} points").format(n=i18n.number(abs(value) * 100, 1))
    else:
        size = measure.text(abs(value))
    return f"{'−' if value < 0 else '+'}{size}"


def months(sheet: Sheet) -> pd.DataFrame:
    """The charts as a table."""
    rows = sheet.months
    before = _("a year earlier")
    labels = {
        "requests": query.metric_definition("requests").label,
        "fill_rate": query.metric_definition("fill_rate").label,
        "providers": query.metric_definition("active_providers").label,
    }
    if rows["left_out"].any():
        labels["left_out"] = f"{_('Left out')} ({labels['fill_rate']})"
    columns: dict[str, list[Any]] = {_("Month"): [i18n.month(month) for month in rows["month"]]}
    for column, label in labels.items():
        if rows[column].isna().all() and rows[f"{column}_earlier"].isna().all():
            continue
        columns[label] = rows[column].astype(float).round(3).tolist()
        columns[f"{label} ({before})"] = rows[f"{column}_earlier"].astype(float).round(3).tolist()
    return pd.DataFrame(columns)


def nearest(sheet: Sheet) -> str:
    """Who is nearest to a commune where nobody comes; "" where somebody does."""
    if sheet.place.level != "commune":
        return ""
    count = sheet.figures("supply")["active_providers"]["reaching"]
    if not i18n.is_none(count) and count > 0:
        return ""
    rows = sheet.nearest
    if rows.empty:
        return _("Nobody comes here, and nobody offers this domain anywhere.")
    names = i18n.words().listed(
        _("{name} in {commune}, {distance} km away (travels {reach} km)").format(
            name=theme.escape(row["name"]),
            commune=theme.escape(row["commune_name"]),
            distance=i18n.number(row["distance_km"], 1),
            reach=i18n.number(row["reach_km"]),
        )
        for row in rows.to_dict("records")
    )
    return _("**Nobody comes here.** The nearest providers: {names}.").format(names=names)
