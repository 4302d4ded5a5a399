"""The views of the page: one is open at a time, and only that one is worked out."""

from typing import Any, NamedTuple

import pandas as pd

from etl.insight.partner_cells import Cells
from pages.shared import filters, i18n, partner_figures, query, tabs
from pages.shared.filters import Territory

_ = i18n.gettext
METRICS = {
    "steps": ("pipeline", "pipeline_times"),
    "years": ("pipeline",),
    "means": ("pipeline", "project_jobs"),
    "openings": ("openings", "unmet_demand"),
}
STEPS = ("received", "supported", "financed", "registered")
# of the numbers of projects; of the rest
COUNTS = {"country": ("all", "family"), "region": ("all", "family")}
CUTS = {"country": ("all",), "region": ("all",)}


class Asked(NamedTuple):
    """What the reader chose; ``year``: the closed year of the headline and of the regions."""

    place: Territory
    scope: str
    year: str

    def words(self, found: partner_figures.Cut) -> dict[str, str]:
        """The filters as a file names them, with the place that its figures are of."""
        return {
            _("Domain"): filters.scope_label(found.scope),
            _("Territory"): found.place.name,
            _("Year"): self.year,
            **partner_figures.about(),
        }


def choose(found: Cells) -> Asked:
    """The filters, in a row."""
    years = found.periods("projects")[::-1]
    with filters.bar():
        scope = filters.scope(("all", "family", "domain"))
        place = filters.territory(lowest="departement", at_home=True)
        year = filters.pick("year", _("Year"), years, str, years[0]) if years else ""
    filters.breadcrumb(place, at_home=True)
    return Asked(place, scope, year)


def cells() -> Cells:
    """The cells of projects, of their euros, jobs and lives."""
    return partner_figures.cells(
        "funnel", "projects", "project_euros", "project_jobs", "project_survival"
    )


def regions() -> pd.DataFrame:
    """Rows of regions_with_projects.sql."""
    return query.page_sql(__file__, "regions_with_projects")


def opened() -> tuple[str, Any]:
    """The view that is open (in the address: view) and the tab that it fills."""
    names = {
        "steps": _("From project to co-operative"),
        "years": _("Year by year"),
        "means": _("Euros and jobs"),
        "openings": _("Where to start next"),
    }
    return tabs.opened("projects", names)
