"""The views of the page: one is open at a time, and only that one is worked out."""

from typing import Any

from pages.shared import filters, i18n, tabs

_ = i18n.gettext
VIEWS = ("map", "domains", "cell", "deserts", "providers")
METRICS = {"deserts": ("deserts",)}  # what a view shows beside the measure that was chosen


def chosen() -> str:
    """The view that is open. In the address: view."""
    return tabs.chosen(VIEWS)


def tab(view: str) -> Any:
    """The tab that the open view fills, among the others."""
    names = {
        "map": _("Map"),
        "domains": _("Domains"),
        "cell": _("All figures"),
        "deserts": _("Deserts"),
        "providers": _("Providers"),
    }
    return tabs.tab("coverage", names, view)


def go_to_cell(scope: str, level: str, code: str) -> None:
    """Open all the figures of a domain in a territory: for clicks on a cell."""
    for name, value in cell(scope, level, code).items():
        filters.choose(name, value)


def cell(scope: str, level: str, code: str) -> dict[str, str]:
    """What all the figures of a domain in a territory are asked for by."""
    return {"view": "cell", "scope": scope, "in": f"{level}-{code}"}
