"""Co-operatives: do they grow, last, employ? For partner agencies, from published tables alone."""

from pages.cooperatives import (
    growth,
    jobs,
    market,
    national,
    quality,
    summary,
    survival,
    views,
    words,
)
from pages.shared import export, filters, i18n, query, theme, visitor

_ = i18n.gettext
SHOW = {
    "growth": growth.show,
    "survival": survival.show,
    "jobs": jobs.show,
    "quality": quality.show,
    "market": market.show,
}


def choose(years: tuple[int, ...]) -> views.Asked:
    """The filters."""
    with filters.bar():
        scope = filters.scope(views.EVERY)
        place = filters.territory(lowest="departement")
        by = "departement"
        if place.level == "country":
            by = filters.pick(
                "by",
                _("Areas"),
                ("region", "departement"),
                {"departement": _("Départements"), "region": _("Regions")}.__getitem__,
                "region",
            )
    return views.Asked(place, scope, years, by)


def without_register() -> None:
    """What to do where no closed year has a co-operative."""
    if visitor.role() == "partner":
        theme.empty_state(
            _("No co-operative is in the data yet."), _("The figures come with the next release.")
        )
    else:
        theme.empty_state(
            _("No co-operative of known birth is in the data yet."),
            _(
                "Put a register (one row per co-operative: siren, name, form, place, "
                "cooperative_since, ceased_on…) in data/raw/cooperatives, what they declared by "
                "year in data/raw/cooperative_years, and build again."
            ),
        )


theme.header(_("Co-operatives"), _("Do the co-operatives grow, last, employ?"))
known = query.page_sql(__file__, "years").iloc[0]
if i18n.is_none(known["last_year"]) or known["last_year"] != known["last_year"]:
    without_register()
    series = query.page_sql(__file__, "series")
    national.show(series, words.published(series))
    export.downloads("cooperatives", {_("National figures"): words.published(series)})
else:
    asked = choose(tuple(range(int(known["first_year"]), int(known["last_year"]) + 1)))
    filters.breadcrumb(asked.place)
    summary.show(asked)
    export.report("partners")
    view, tab = views.opened()
    with tab:
        SHOW[view](asked)
    theme.definition(views.METRICS[view], window=f"{asked.years[0]}–{asked.year}")
    series = query.page_sql(__file__, "series")
    national.show(series, words.published(series))
