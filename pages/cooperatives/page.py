"""Co-operatives: do they grow, last, employ, and where? For partner agencies."""

import bisect
import math

import pandas as pd
import streamlit as st

from pages.cooperatives import charts, national, released, tables
from pages.shared import access, export, filters, i18n, map, query, theme

_ = i18n.gettext


def answer() -> None:
    """The sentence: how many live, whether they grow, how many jobs they stated."""
    parts = [
        i18n.ngettext(
            "**{n} co-operative** lives on {date}.", "**{n} co-operatives** live on {date}.", living
        ).format(n=i18n.number(living), date=i18n.date(as_of))
    ]
    if last_year is None:
        parts.append(_("Whether they grow **cannot be told**: no birth date is known."))
    else:
        parts.append(
            _("In {year}, **{moves}**: net growth **{net}**.").format(
                year=last_year["year"], moves=moves(last_year), net=charts.signed(last_year["net"])
            )
        )
    if jobs_year is not None:
        parts.append(
            _("They declared **{jobs} jobs** for {year}.").format(
                jobs=i18n.number(jobs_year["employees"]), year=jobs_year["year"]
            )
        )
    theme.answer(" ".join(parts))


def moves(year: pd.Series) -> str:
    """The births and exits of a year."""
    births, exits = int(year["births"]), int(year["exits"])
    return ", ".join(
        [
            i18n.ngettext("{n} birth", "{n} births", births).format(n=i18n.number(births)),
            i18n.ngettext("{n} exit", "{n} exits", exits).format(n=i18n.number(exits)),
        ]
    )


def cards() -> None:
    """The figures of the sentence, each with the count behind it."""
    with theme.cards():
        theme.metric_card(
            _("Living"),
            i18n.number(living),
            interval=_("of which {n} CAE").format(n=i18n.number(facts["cae"])),
        )
        if last_year is None:
            theme.metric_card(_("Net growth"), _("cannot be told"))
        else:
            theme.metric_card(
                _("Net growth in {year}").format(year=last_year["year"]),
                charts.signed(last_year["net"]),
                interval=moves(last_year),
            )
        if jobs_year is None:
            theme.metric_card(
                _("Employees last declared"),
                i18n.number(forms["employees"].sum() if facts["declared"] else None),
                interval=_("{declared} of {living} declared").format(
                    declared=i18n.number(facts["declared"]), living=i18n.number(living)
                ),
            )
            return
        theme.metric_card(
            _("Jobs in {year}").format(year=jobs_year["year"]),
            i18n.number(jobs_year["employees"]),
            help=_("Headcount of those that declared; nothing is estimated for the others."),
            interval=_("{declared} declared, {living} living").format(
                declared=i18n.number(jobs_year["declared"]),
                living=i18n.number(jobs_year["living"]),
            ),
        )
        theme.metric_card(
            _("Jobs kept in {year}").format(year=jobs_year["year"]),
            i18n.number(jobs_year["jobs_kept"]),
            help=_("Jobs that existed before the co-operative. Never added to other jobs."),
            interval=_("by hand-over or rescue, counted apart"),
        )


def unknowns() -> list[str]:
    """What is not known, in sentences; what is known of all is left out."""
    sentences = {
        "birth_unknown": _(
            "{n} living without a known birth date: counted as living, left out of the years."
        ),
        "births_by_registration": _(
            "{n} dated by registration only: the firm may have become a co-operative later."
        ),
        "closed_undated": _("{n} closed at an unknown date: in no year's exits."),
        "exits_without_birth": _("{n} ceased without a known birth date: left out of the years."),
        "place_unknown": _("{n} living without a known region: in the country only."),
        "domain_unknown": _("{n} living without a known domain."),
    }
    return [
        text.format(n=f"**{i18n.number(facts[name])}**")
        for name, text in sentences.items()
        if facts[name]
    ]


def grow() -> None:
    """Births, exits and the number living, year by year."""
    st.subheader(_("Do they grow?"), anchor=False)
    if last_year is None:
        theme.empty_state(
            _("Growth cannot be told."),
            _("Fill cooperative_since (or registered_on) in the register of co-operatives."),
        )
        return
    left, right = st.columns([3, 2])
    with left:
        st.markdown(f"**{_('Born, ceased, and net growth by year')}**")
        theme.chart(charts.growth(years, last_complete), key="growth")
        if years["year"].max() > last_complete:
            st.caption(
                _("Striped: {year} until {date}.").format(year=as_of.year, date=i18n.date(as_of))
            )
    with right:
        title = _("Living at the year's end")
        st.markdown(f"**{title}**")
        theme.chart(charts.living(years), key="living")


def employ() -> None:
    """Jobs year by year."""
    st.subheader(_("Do they employ?"), anchor=False)
    if jobs_year is None:
        theme.empty_state(
            _("No jobs by year are known."),
            _("Put a file of employees by co-operative and year in data/raw/cooperative_years."),
        )
        return
    st.caption(
        _(
            "Employees (headcount) of the co-operatives that declared each year; "
            "jobs kept by hand-overs and rescues are another figure, never added."
        )
    )
    left, right = st.columns([3, 2])
    with left:
        st.markdown(f"**{_('Jobs')}**")
        theme.chart(charts.jobs(years), key="jobs")
    with right:
        st.markdown(f"**{_('Jobs kept by hand-over or rescue')}**")
        if years["jobs_kept"].sum() > 0:
            theme.chart(charts.jobs_kept(years), key="jobs_kept")
        else:
            st.caption(_("None was declared."))


def where() -> None:
    """Map and table of regions; a click narrows the page to one."""
    st.subheader(_("Where?"), anchor=False)
    placed = regions[regions["region_code"].notna()]
    left, right = st.columns([1, 1])
    with left:
        title = _("Living co-operatives per million inhabitants")
        values = pd.DataFrame(
            {
                "code": placed["region_code"],
                "name": placed["name"],
                "value": placed["per_million"],
                "shown": [
                    _("{rate} per million inhabitants ({n} living)").format(
                        rate=i18n.number(row.per_million, 1), n=i18n.number(row.living)
                    )
                    for row in placed.itertuples()
                ],
            }
        )
        map.area_map(
            "region",
            values,
            map.Classes(breaks(placed), text=bound_text),
            title=title,
            key="regions_map",
            on_click=lambda code: filters.go_to("region", code),
        )
    with right:
        table_of(tables.by_region(regions), _("Per million inhabitants"), map.HEIGHT)


def bound_text(bound: float) -> str:
    """0.05, 0.5 or 5: as many decimals as it has."""
    return i18n.number(bound, max(0, -math.floor(math.log10(bound))) if bound else 0)


def breaks(placed: pd.DataFrame) -> tuple[float, ...]:
    """Round bounds of classes around the national rate: 0.5, 1, 2 or 2, 5, 10 or 20, 50, 100."""
    rate = placed["living"].sum() * 1e6 / max(placed["population"].sum(), 1)
    nice = [float(f"{digit}e{power}") for power in range(-3, 5) for digit in (1, 2, 5)]
    middle = max(1, bisect.bisect_right(nice, 1.2 * rate) - 1)
    return tuple(nice[middle - 1 : middle + 2])


def table_of(table: pd.DataFrame, rate: str = "", height: int | None = None) -> None:
    """A table whose numbers of living co-operatives carry a bar."""
    most = max(int(table[_("Living")].max()), 1) if len(table) else 1
    st.dataframe(
        table,
        hide_index=True,
        height=height or "auto",
        placeholder=i18n.NONE,
        column_config={
            _("Living"): st.column_config.ProgressColumn(
                format="localized", min_value=0, max_value=most, color=theme.ACCENT
            ),
            rate or "-": st.column_config.NumberColumn(format="%.1f"),
        },
    )


def year_table() -> None:
    """The values of the charts."""
    st.dataframe(
        tables.by_year(years),
        hide_index=True,
        height=320,
        placeholder=i18n.NONE,
        column_config={
            _("Year"): st.column_config.NumberColumn(format="%d"),
            _("Employees declared (headcount)"): st.column_config.NumberColumn(format="localized"),
        },
    )


theme.header(_("Co-operatives"), _("Do the co-operatives grow, last, employ, and where?"))
if access.role() == "partner":
    released.show()
else:
    with filters.bar():
        scope = filters.scope()
        place = filters.territory(lowest="region")
        form = filters.pick("form", _("Form"), tables.FORMS, tables.form_label, "all")
    asked = {"scope": scope, "level": place.level, "code": place.code, "form": form}
    as_of = query.build().as_of
    last_complete = as_of.year if (as_of.month, as_of.day) == (12, 31) else as_of.year - 1
    facts = query.page_sql(__file__, "summary", **asked).iloc[0]
    series = query.page_sql(__file__, "series")
    published = tables.published(series)
    files = {_("National figures"): published, _("Definitions"): tables.definitions()}

    if not facts["records"]:
        theme.empty_state(
            _("No co-operative is in the data yet."),
            _(
                "Put a register (one row per co-operative: siren, name, form, place, "
                "cooperative_since, ceased_on…) in data/raw/cooperatives, what they declared by "
                "year in data/raw/cooperative_years, and build again."
            ),
        )
    elif not facts["matching"]:
        theme.empty_state(
            _("No co-operative matches these filters."),
            _("Choose all domains, all of France or all forms."),
        )
    else:
        living = int(facts["living"])
        years = query.page_sql(__file__, "years", **asked)
        forms = query.page_sql(__file__, "forms", **asked)
        regions = query.page_sql(__file__, "regions", **asked)
        domains = query.page_sql(__file__, "domains", **asked)
        complete = years[years["year"] <= last_complete]
        stated = complete[complete["declared"] > 0]
        last_year = complete.iloc[-1] if facts["births_known"] and len(complete) else None
        jobs_year = stated.iloc[-1] if len(stated) else None
        answer()
        cards()
        if beside := unknowns():
            with st.expander(_("What is not known"), icon=":material/help:", expanded=True):
                st.markdown("\n".join(f"- {sentence}" for sentence in beside))
        grow()
        employ()
        if last_year is not None:
            year_table()
        where()
        st.subheader(_("In which forms and domains?"), anchor=False)
        table_of(tables.by_form(forms))
        st.caption(
            _("A co-operative with several domains counts in each, so domains do not add up.")
        )
        table_of(tables.by_domain(domains))
        st.subheader(_("Do they last?"), anchor=False)
        st.markdown(
            _(
                "This page does not follow the co-operatives of this data over time yet; "
                "published survival stands below, with its scope."
            )
        )
        files = {
            _("By year"): tables.by_year(years),
            _("By form"): tables.by_form(forms),
            _("By region"): tables.by_region(regions),
            _("By domain"): tables.by_domain(domains),
            **files,
        }

    national.show(series, published)
    with st.expander(_("What these figures mean"), icon=":material/info:"):
        st.markdown(
            "\n".join(f"- **{name}**: {text}" for name, text in tables.definitions().values)
        )
        st.caption(_("Data as of {date}").format(date=i18n.date(as_of)))
    export.downloads(
        "cooperatives",
        files,
        filters={
            _("Domain"): filters.scope_label(scope),
            _("Territory"): place.name,
            _("Form"): tables.form_label(form),
        },
    )
    export.report("partners")
