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
)
from pages.shared import export, filters, i18n, partner_figures, query, theme, visitor

_ = i18n.gettext
SHOW = {
    "growth": growth.show,
    "survival": survival.show,
    "jobs": jobs.show,
    "quality": quality.show,
    "market": market.show,
    "national": lambda _asked: national.show(),
}


def choose(years: tuple[int, ...]) -> views.Asked:
    """The filters."""
    with filters.bar():
        scope = filters.scope(views.EVERY)
        place = filters.territory(lowest="departement")
        form = filters.pick("form", _("Form"), views.FORMS, views.form_name, "all", is_open=True)
        newest = [str(year) for year in reversed(years)]
        year = filters.pick("year", _("Year"), newest, str, newest[0])
    by = "region" if place.level == "country" else "departement"
    return views.Asked(place, scope, form, int(year), years, by)


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
partner_figures.tell_edition()
known = query.page_sql(__file__, "years").iloc[0]
if i18n.is_none(known["last_year"]) or known["last_year"] != known["last_year"]:
    without_register()
    national.show()
else:
    asked = choose(tuple(range(int(known["first_year"]), int(known["last_year"]) + 1)))
    filters.breadcrumb(asked.place)
    summary.show(asked)
    export.report_for_partners(asked.place)
    view, tab = views.opened()
    with tab:
        SHOW[view](asked)
    theme.definition(views.METRICS[view], window=f"{asked.years[0]}–{asked.years[-1]}")
