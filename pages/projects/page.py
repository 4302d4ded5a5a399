"""Projects: what becomes of them, and where could the next ones start? For partner agencies."""

from etl.insight.partner_cells import Cell
from pages.projects import openings, steps, views, years
from pages.shared import filters, i18n, partner_figures, theme

_ = i18n.gettext


def answer() -> None:
    """The last closed year in a sentence, and as cards."""
    found = partner_figures.cells(__file__, "cells")
    periods = found.periods("pipeline")
    if not periods:
        theme.empty_state(
            _("No project of the convention is in the data yet."),
            _("Unmet demand stands below all the same: choose “Where to start next”."),
        )
        return
    year = periods[-1]

    def of(measure: str) -> Cell:
        return found.of("pipeline", measure, year)

    theme.answer(
        _(
            "In {year}, projects received: **{received}**; supported: **{supported}**; financed: "
            "**{financed}**; registered as co-operatives: **{registered}**."
        ).format(year=year, **{step: partner_figures.text(of(step)) for step in views.STEPS})
    )
    under_way = found.of("projects_under_way", "under_way", year)
    with theme.cards():
        for title, cell, kind in (
            (_("Received in {year}").format(year=year), of("received"), "count"),
            (_("Registered in {year}").format(year=year), of("registered"), "count"),
            (_("Under way, end of {year}").format(year=year), under_way, "count"),
            (_("Euros by banks and funds in {year}").format(year=year), of("financed_eur"), "eur"),
            (_("Euros by the agency in {year}").format(year=year), of("agency_eur"), "eur"),
        ):
            partner_figures.card(title, cell, kind)


theme.header(_("Projects"), _("What becomes of the projects, and where could the next ones start?"))
answer()
view, tab = views.opened()
with tab:
    if view == "steps":
        steps.show()
    elif view == "years":
        years.show()
    else:
        with filters.bar():
            scope = filters.scope(("all", "family", "domain"))
            place = filters.territory(lowest="departement", at_home=True)
        filters.breadcrumb(place, at_home=True)
        openings.show(place, scope)
theme.definition(views.METRICS[view])
