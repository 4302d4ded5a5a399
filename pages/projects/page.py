"""Projects: what becomes of them, and where could the next ones start? For partner agencies."""

from pages.projects import means, openings, steps, views, years
from pages.projects.views import Asked
from pages.shared import export, filters, i18n, partner_figures, theme

_ = i18n.gettext
SHOW = {
    "steps": steps.show, "years": years.show, "means": means.show, "openings": openings.show,
}  # fmt: skip


def answer(asked: Asked) -> None:
    """A closed year in a sentence, and as cards."""
    found = views.cells()
    if not asked.year:
        theme.empty_state(
            _("No project of the convention is in the data yet."),
            _unmet_demand(),
        )
        return
    counts, firms = (
        partner_figures.cut(asked.place, asked.scope, views.COUNTS),
        partner_figures.cut(asked.place, asked.scope, views.CUTS),
    )
    told = {
        code: found.of("projects", code, asked.year, **counts.at)
        for code in (*views.STEPS, "under_way")
    }
    theme.answer(
        _(
            "{place}, {year}: projects received **{received}**, supported **{supported}**, "
            "financed **{financed}**, registered as co-operatives **{registered}**."
        ).format(
            place=theme.escape(counts.place.name),
            year=asked.year,
            **{step: partner_figures.text(told[step]) for step in views.STEPS},
        )
    )
    year = asked.year
    with theme.cards():
        for title, cell, kind in (
            (_("Received in {year}").format(year=year), told["received"], "count"),
            (_("Registered in {year}").format(year=year), told["registered"], "count"),
            (_("Under way, end of {year}").format(year=year), told["under_way"], "count"),
        ):
            partner_figures.card(title, cell, kind)
        for title, measure in (
            (_("Euros by banks and funds in {year}").format(year=year), "financed_eur"),
            (_("Euros by the agency in {year}").format(year=year), "agency_eur"),
        ):
            cell, where = means.nearest(found, "project_euros", measure, year, firms)
            partner_figures.card(title, cell, "eur", beside=where)


def _unmet_demand() -> str:
    """Where it stands, unless the reader is there; nothing of what is told nowhere."""
    if not openings.are_told():
        return _("They come with a list of projects, in a later edition.")
    if filters.asked("view") == "openings":
        return _("Unmet demand stands below all the same.")
    return _("Unmet demand stands below all the same: choose “Where to start next”.")


theme.header(_("Projects"), _("What becomes of the projects, and where could the next ones start?"))
partner_figures.tell_edition()
chosen = views.choose(views.cells())
answer(chosen)
export.report_for_partners(chosen.place)
view, tab = views.opened()
with tab:
    SHOW[view](chosen)
theme.definition(views.METRICS[view])
