"""Words for the codes of the Co-operatives page."""

from collections.abc import Callable

import pandas as pd

from pages.shared import i18n

_ = i18n.gettext


def cohort(code: str) -> str:
    """A span of birth years."""
    return (
        _("All births") if code == "all" else _("Born {years}").format(years=code.replace("-", "–"))
    )


def published(series: pd.DataFrame) -> pd.DataFrame:
    """Rows of series.sql, the newest figures of each indicator first."""
    rows = series.sort_values(["indicator", "year"], ascending=[True, False])
    return pd.DataFrame(
        {
            _("Figure"): _words(rows["indicator"], indicator),
            _("Year"): rows["year"].tolist(),
            _("Value"): rows["value"].tolist(),
            _("Unit"): _words(rows["unit"], unit),
            _("Scope"): rows[f"scope_{i18n.language()}"].tolist(),
            _("Break before"): rows["is_break_before"].map({True: _("Yes"), False: ""}).tolist(),
            _("Note"): rows[f"note_{i18n.language()}"].tolist(),
            _("Source"): rows["source_url"].tolist(),
        }
    )


def indicator(code: str) -> str:
    """The name of a published indicator."""
    return {
        "births": _("Births"),
        "caes": _("Business and employment co-operatives (CAE)"),
        "cooperatives": _("Co-operatives"),
        "cooperatives_1947_act": _("Co-operatives under the 1947 act"),
        "employee_members": _("Employees who are members"),
        "employees": _("Jobs"),
        "exits": _("Exits"),
        "revenue_billion_eur": _("Revenue"),
        "scic_employees": _("Jobs in SCIC"),
        "scics": _("SCIC"),
        "scop_employees": _("Jobs in SCOP"),
        "scops": _("SCOP"),
        "subsidiaries": _("Subsidiaries"),
        "survival_3y_percent": _("Alive after 3 years"),
        "survival_5y_percent": _("Alive after 5 years"),
    }.get(code, code)


def unit(code: str) -> str:
    """The unit of a published figure."""
    return {
        "cooperatives": _("co-operatives"),
        "people": _("people"),
        "companies": _("companies"),
        "percent": "%",
        "billion EUR": _("billion €"),
    }.get(code, code)


def _words(codes: pd.Series, text: Callable[[str], str]) -> list[str]:
    return codes.map({code: text(code) for code in codes.unique()}).tolist()
