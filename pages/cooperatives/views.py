"""The views of the page: one is open at a time, and only that one is worked out."""

from typing import Any, NamedTuple

import streamlit as st

from pages.shared import filters, i18n, partner_figures, tabs
from pages.shared.filters import Territory

_ = i18n.gettext
METRICS = {
    "growth": ("cooperatives", "births", "net_growth"),
    "survival": ("survival",),
    "jobs": ("jobs",),
    "quality": (
        "lasting_jobs", "qualified_jobs", "membership", "job_retention", "scop_compliance",
        "cae_people",
    ),
    "market": ("scop_share_providers", "scop_share_hires"),
    "national": (),
}  # fmt: skip
EVERY = ("all", "family", "domain")
FORMS = ("all", "scop", "scic", "cae")


class Asked(NamedTuple):
    """What the reader chose; the years that the register tells of; the level of areas."""

    place: Territory
    scope: str
    form: str
    year: int
    years: tuple[int, ...]
    by: str

    @property
    def within(self) -> str:
        """The region whose areas are shown, or FR."""
        around = [part for part in (*self.place.parents, self.place) if part.level == "region"]
        return around[0].code if around else "FR"

    @property
    def cell(self) -> tuple[str, str]:
        """The dimension of published.cooperatives that holds the form, and its value there."""
        if self.form == "all":
            return "all", "all"
        return ("cae", "yes") if self.form == "cae" else ("form", self.form)

    def by_region(self) -> "Asked":
        """The same over the regions of the country: nothing finer is released of firms' figures."""
        return self._replace(by="region", place=Territory("country", "FR", "France"))

    def words(self, *, has_form: bool = False) -> dict[str, str]:
        """The filters as a file names them. has_form: whether its figures are of the form chosen;
        else they are of all forms."""
        return {
            _("Domain"): filters.scope_label(self.scope),
            _("Territory"): self.place.name,
            _("Form"): form_name(self.form if has_form else "all"),
            _("Year"): str(self.year),
            _("Closed years"): f"{self.years[0]}–{self.years[-1]}",
            **partner_figures.about(),
        }


def form_name(code: str) -> str:
    """What a choice of form is called."""
    names = {"all": _("All forms"), "scop": "SCOP", "scic": "SCIC", "cae": "CAE"}
    return names[code]


def tell_form(asked: Asked, *, is_asked: bool = False) -> None:
    """Says so where the figures are not of the form that was chosen."""
    if asked.form != "all" and not is_asked:
        text = _("These figures are for **all forms**: they are not released by form.")
        st.info(text, icon=":material/category:")


def opened() -> tuple[str, Any]:
    """The view that is open (in the address: view) and the tab that it fills."""
    names = {
        "growth": _("Growth"),
        "survival": _("Survival"),
        "jobs": _("Jobs"),
        "quality": _("Good jobs"),
        "market": _("Share of the market"),
        "national": _("National figures"),
    }
    return tabs.opened("cooperatives", names)
