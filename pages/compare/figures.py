"""What is compared: a panel for each territory, domain or period, all of the same measure."""

from functools import partial
from typing import Any, NamedTuple

import pandas as pd

from etl.insight import small_samples
from pages.shared import apart, doubt, filters, i18n, places, query
from pages.shared.apart import Told
from pages.shared.months import Period, add_months, only_ripe
from pages.shared.places import Territory

MEASURES = {"fill_rate": "fill_rate", "requests": "requests", "active_providers": "providers"}
ACROSS = ("places", "domains", "periods")
FEWEST_YEARS = 3
SIDE_BY_SIDE = 3  # so many have room for intervals, and for months of few cases


class Asked(NamedTuple):
    """What the reader chose; chosen: two or three territories, none for all in the place."""

    across: str
    measure: str
    scope: str
    place: Territory
    chosen: tuple[Territory, ...]
    days: int
    period: Period

    @property
    def column(self) -> str:
        """The column of trends.sql that holds the measure."""
        return MEASURES[self.measure]

    @property
    def is_share(self) -> bool:
        """Whether it is a rate of cases, with an interval."""
        return self.measure == "fill_rate"


class Panel(NamedTuple):
    """One chart: its figure over all the months (n: the cases of a rate), and month by month
    (month, value, low, high, known). A month that was not loaded, and of a rate one that is not
    ripe, has no value."""

    name: str
    value: float | None
    sure: Told | None
    n: int
    months: pd.DataFrame

    @property
    def is_few(self) -> bool:
        """Whether its cases are too few to tell a rate."""
        return self.sure is not None and doubt.of(self.n, self.sure.low) == "few"

    @property
    def is_told(self) -> bool:
        """Whether its figure can be told."""
        return self.value is not None and not self.is_few

    def is_drawn(self, of: int) -> bool:
        """Whether any month of it can be drawn, as one of so many panels."""
        shown = self.without_few(self.sure is not None) if of > SIDE_BY_SIDE else self
        return not self.is_few and bool(shown.months["value"].notna().any())

    def without_few(self, is_share: bool) -> "Panel":
        """The same without the months of a rate that have too few cases to tell."""
        if not is_share:
            return self
        is_told = self.months["known"] >= small_samples.FEW
        told = self.months["value"].where(is_told)
        return self._replace(months=self.months.assign(value=told))


def read(asked: Asked) -> tuple[list[Panel], Panel | None]:
    """The panels, the lowest first where the reader has not chosen them, and periods as time runs;
    and the whole they are parts of, to be drawn behind each, None where there is none."""
    if asked.across == "periods":
        periods = [asked.period]
        known = query.page_sql(filters.__file__, "months_with_requests")["first_month"].iloc[0]
        while len(periods) < FEWEST_YEARS:
            earlier = periods[-1].year_earlier()
            if pd.isna(known) or pd.Timestamp(known) > pd.Timestamp(earlier.from_month):
                break
            periods.append(earlier)
        found = [
            _panels(asked, asked.place, [asked.scope], period, filters.period_label(period))
            for period in periods[::-1]  # as time runs, and as they are told
        ]
        return [panel for one in found for panel in one], None
    if asked.across == "domains":
        scopes = list(filters.domains_in_use(asked.scope))
        panels = _panels(asked, asked.place, scopes, asked.period) if scopes else []
    elif asked.chosen:
        found = [_panels(asked, place, [asked.scope], asked.period) for place in asked.chosen]
        return [panel for one in found for panel in one], _whole(asked, places.FRANCE)
    else:
        level = "region" if asked.place.level == "country" else "departement"
        panels = _panels(asked, asked.place, [asked.scope], asked.period, level=level)
    order = sorted(panels, key=lambda panel: (not panel.is_told, panel.value or 0.0, panel.name))
    return order, _whole(asked, asked.place)


def _whole(asked: Asked, place: Territory) -> Panel | None:
    found = _panels(asked, place, [asked.scope], asked.period, places.name(place))
    return found[0] if found else None


def _panels(
    asked: Asked, place: Territory, scopes: list[str], period: Period, name: str = "",
    level: str = "",
) -> list[Panel]:  # fmt: skip
    """A panel for each area of the level in the place (else for the place), and each scope."""
    params: dict[str, Any] = {
        "level": level or place.level, "within_level": place.level, "within_code": place.code,
        "scopes": scopes, "days": asked.days, "from": period.from_month, "to": period.to_month,
    }  # fmt: skip
    found = query.together(
        {
            "months": partial(query.page_sql, __file__, "trends", **params),
            "whole": partial(query.metric, asked.measure, **params),
        }
    )
    months = dict(iter(found["months"].groupby(["territory_code", "scope_code"])))
    wholes = found["whole"].set_index(["territory_code", "scope_code"])
    is_loaded = _loaded(period)
    panels = []
    for code, area in _areas(place, level).items():
        for scope in scopes:
            rows = _by_month(months.get((code, scope)), asked.column, is_loaded)
            if asked.is_share:
                rows = only_ripe(rows, ("value", "low", "high"), asked.days)
            own = wholes.loc[(code, scope)] if (code, scope) in wholes.index else None
            title = name or (filters.scope_label(scope) if asked.across == "domains" else area)
            panels.append(_panel(title, rows, own, asked))
    return panels


def _areas(place: Territory, level: str) -> dict[str, str]:
    """Names by the code that metrics give."""
    if not level:
        code = place.level if place.level == places.SEVERAL else place.code
        return {code: places.name(place)}
    rows = areas(place)
    rows = rows[rows["level"] == level]
    return dict(zip(rows["code"], rows["name"], strict=True))


def areas(place: Territory) -> pd.DataFrame:
    """address, name, code and level of the régions and départements in a place."""
    within = {"within_level": place.level, "within_code": place.code}
    return query.page_sql(__file__, "compared_areas", **within)


def _loaded(period: Period) -> pd.Series:
    """Whether requests cover each month of the period, by its first day."""
    known = query.page_sql(filters.__file__, "months_with_requests").iloc[0]
    months = pd.DatetimeIndex([add_months(period.from_month, n) for n in range(period.months)])
    return pd.Series(
        (months >= pd.Timestamp(known["first_month"]))
        & (months <= pd.Timestamp(known["last_month"])),
        months,
    )


def _by_month(rows: pd.DataFrame | None, column: str, is_loaded: pd.Series) -> pd.DataFrame:
    wanted = {"value": column, "low": "low", "high": "high", "known": "known"}
    if rows is None:
        told = pd.DataFrame(index=is_loaded.index, columns=list(wanted), dtype=float)
    else:
        told = rows.set_index("month").reindex(is_loaded.index)[list(wanted.values())]
        told.columns = pd.Index(list(wanted))
    if column == "requests":
        told["value"] = told["value"].fillna(0).where(is_loaded)
    elif column == "providers":
        told["value"] = told["value"].fillna(0)
    return told.astype(float).rename_axis("month").reset_index()


def _panel(name: str, months: pd.DataFrame, own: Any, asked: Asked) -> Panel:
    if asked.column == "providers":  # of the past too: those at the end of the months
        return Panel(name, float(months["value"].iloc[-1]), None, 0, months)
    if own is None:
        return Panel(name, None if asked.is_share else 0.0, None, 0, months)
    value = None if i18n.is_none(own["value"]) else float(own["value"])
    sure = apart.told(own["value"], own["low"], own["high"]) if asked.is_share else None
    return Panel(name, value, sure, int(own["n"]), months)
