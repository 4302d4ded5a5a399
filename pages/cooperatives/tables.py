"""Tables of the Co-operatives page in the reader's words: shown, and taken away, as they are."""

from collections.abc import Callable

import pandas as pd

from pages.shared import i18n, query

_ = i18n.gettext
FORMS = ("all", "scop", "scic", "other", "unknown")


def form_label(form: str) -> str:
    """The label of a legal form in the reader's language."""
    return {
        "all": _("All forms"),
        "scop": _("SCOP (worker co-operative)"),
        "scic": _("SCIC (multi-stakeholder)"),
        "other": _("Other form"),
        "unknown": _("Form unknown"),
    }.get(form, form)


def by_year(years: pd.DataFrame) -> pd.DataFrame:
    """Rows of years.sql, the newest first."""
    return _named(
        years.sort_values("year", ascending=False),
        {
            "year": _("Year"),
            "births": _("Births"),
            "exits": _("Exits"),
            "net": _("Net growth"),
            "living": _("Living at the year's end"),
            "employees": _("Employees declared (headcount)"),
            "declared": _("Co-operatives that declared"),
            "jobs_kept": _("Jobs kept by hand-over or rescue"),
            "by_registration": _("Births dated by registration only"),
        },
    )


def by_form(forms: pd.DataFrame) -> pd.DataFrame:
    """Rows of forms.sql."""
    shown = forms.assign(form=[form_label(form) for form in forms["form"]])
    return _named(shown, {"form": _("Form"), **_counts(), "cae": _("of which CAE"), **_jobs()})


def by_region(regions: pd.DataFrame) -> pd.DataFrame:
    """Rows of regions.sql; the places unknown come last."""
    shown = regions.assign(
        name=regions["name"].where(regions["name"].notna(), _("Place unknown"))
    ).sort_values("living", ascending=False, kind="stable")
    shown = pd.concat([shown[shown["region_code"].notna()], shown[shown["region_code"].isna()]])
    return _named(
        shown,
        {
            "name": _("Region"),
            **_counts(),
            "per_million": _("Per million inhabitants"),
            **_jobs(),
            "region_code": _("Code"),
        },
    )


def by_domain(domains: pd.DataFrame) -> pd.DataFrame:
    """Rows of domains.sql."""
    shown = domains.assign(domain=[i18n.label(row) for _n, row in domains.iterrows()])
    return _named(shown, {"domain": _("Domain"), **_counts(), "cae": _("of which CAE"), **_jobs()})


def published(series: pd.DataFrame) -> pd.DataFrame:
    """Rows of series.sql, the newest figures of each indicator first."""
    rows = series.sort_values(["indicator", "year"], ascending=[True, False])
    return pd.DataFrame(
        {
            _("Figure"): _words(rows["indicator"], indicator_label),
            _("Year"): rows["year"].tolist(),
            _("Value"): rows["value"].tolist(),
            _("Unit"): _words(rows["unit"], unit_label),
            _("Scope"): rows[f"scope_{i18n.language()}"].tolist(),
            _("Break before"): rows["is_break_before"].map({True: _("Yes"), False: ""}).tolist(),
            _("Note"): rows[f"note_{i18n.language()}"].tolist(),
            _("Source"): rows["source_url"].tolist(),
        }
    )


def indicator_label(code: str) -> str:
    """The name of a published indicator in the reader's language."""
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


def unit_label(unit: str) -> str:
    """The unit of a published figure in the reader's language."""
    return {
        "cooperatives": _("co-operatives"),
        "people": _("people"),
        "companies": _("companies"),
        "percent": "%",
        "billion EUR": _("billion €"),
    }.get(unit, unit)


def definitions() -> pd.DataFrame:
    """What each figure means, for the page and for its files."""
    day = i18n.date(query.build().as_of)
    texts = [
        (
            _("Living"),
            _(
                "Known to the data, not ceased, not said to be inactive and still listed on "
                "{date}. Those without a known birth date count too."
            ).format(date=day),
        ),
        (
            _("Births"),
            _(
                "By the day the firm became a co-operative; where only its registration is known, "
                "by that, and the number of these stands beside."
            ),
        ),
        (
            _("Exits"),
            _(
                "Closures, liquidations, mergers, changes of form and co-operatives no longer "
                "listed, by the year they happened. Those at an unknown date are in no year."
            ),
        ),
        (_("Net growth"), _("Births less exits of the year, of those with a known birth date.")),
        (
            _("Employees declared (headcount)"),
            _(
                "Persons, not full-time equivalents, summed over the co-operatives that stated the "
                "year. Those that stated nothing count for nothing: nothing is estimated."
            ),
        ),
        (
            _("Employees last declared"),
            _("The same for the living, each in the newest year it stated."),
        ),
        (
            _("Jobs kept by hand-over or rescue"),
            _("Jobs that existed before the co-operative. Never added to other jobs."),
        ),
        (
            _("By domain"),
            _("A co-operative with several domains counts in each, so domains do not add up."),
        ),
        (
            _("CAE"),
            _("Business and employment co-operatives; they may be SCOP, SCIC or another form."),
        ),
        (
            _("National figures"),
            _(
                "As published, for Scop and Scic of every trade in France. Each row says its "
                "scope; figures of different scopes cannot be compared."
            ),
        ),
    ]
    return pd.DataFrame(texts, columns=[_("Figure"), _("Definition")])


def _counts() -> dict[str, str]:
    return {"living": _("Living")}


def _jobs() -> dict[str, str]:
    return {"employees": _("Employees last declared"), "declared": _("Co-operatives that declared")}


def _words(codes: pd.Series, text: Callable[[str], str]) -> list[str]:
    return codes.map({code: text(code) for code in codes.unique()}).tolist()


def _named(rows: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    return rows[list(names)].rename(columns=names).reset_index(drop=True)
