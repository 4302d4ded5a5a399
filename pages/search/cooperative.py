"""What the sheet of a provider says of the co-operative that it is."""

import pandas as pd

from pages.finding import search
from pages.shared import filters, i18n, query

_ = i18n.gettext


def is_tied(row: pd.Series) -> bool:
    """Whether a co-operative has the provider's SIREN; row: of provider.sql."""
    return not i18n.is_none(row["is_cooperative_living"])


def line(row: pd.Series) -> str:
    """The co-operative of a provider in one line; row: of provider.sql."""
    if not is_tied(row):
        return _("SCOP, by its legal category") if row["is_scop"] else _("no tie is known")
    state = _("living") if row["is_cooperative_living"] else _("closed")
    form = {"scop": "SCOP", "scic": "SCIC", "other": _("other form")}.get(
        row["cooperative_form"], _("form unknown")
    )
    since = i18n.date(row["cooperative_since"])
    return " · ".join([search.name(row["cooperative_name"]), form, state, since])


def facts(siren: str) -> list[tuple[str, str]]:
    """(title, value) of its record in the register."""
    row = query.page_sql(__file__, "cooperative", siren=siren).iloc[0]
    answers = {"yes": _("Yes"), "no": _("No"), "unknown": _("not known")}
    cae = row["is_cae"]
    told = [
        (_("Name"), search.name(row["name"])),
        (_("SIREN"), siren),
        (_("Form"), i18n.name("form", row["form"])),
        (_("Origin"), i18n.name("origin", row["origin"])),
        (_("Born"), _born(row)),
        (_("State"), _state(row)),
        (_("Head office"), search.place(row)),
        (_("Domains"), ", ".join(map(filters.scope_label, row["domain_codes"])) or i18n.NONE),
        (
            _("Business and employment co-operative (CAE)"),
            _("not known") if i18n.is_none(cae) else _("Yes") if cae else _("No"),
        ),
    ]
    if row["form"] == "scop":
        told.append((_("Keeps to the rules of a SCOP"), answers[row["is_scop_compliant"]]))
    return told


def _born(row: pd.Series) -> str:
    born = i18n.date(row["born_on"])
    return _("{date}, by its registration").format(date=born) if row["by_registration"] else born


def _state(row: pd.Series) -> str:
    if row["is_living"]:
        return _("living, by the register of {date}").format(date=i18n.date(row["register_as_of"]))
    if i18n.is_none(row["exited_on"]):
        return f"{_('closed')}: {i18n.name('exit', row['exit_kind'])}"
    return f"{i18n.name('exit', row['exit_kind'])}, {i18n.date(row['exited_on'])}"


def years(siren: str) -> pd.DataFrame:
    """What it declared in its last four years: a row for each figure, a column for each year, the
    numbers as text; no row for what it never declared."""
    found = query.page_sql(__file__, "years_of_firm", siren=siren).set_index("year")
    names = {
        "employees": _("Jobs"),
        "employees_fte": _("Full-time equivalents"),
        "permanent_employees": _("On permanent contracts"),
        "qualified_employees": _("Qualified"),
        "members": _("Members"),
        "member_employees": _("Employees who are members"),
        "cae_entrepreneurs": _("Salaried entrepreneurs"),
        "cape_holders": _("Project holders (CAPE)"),
    }
    told = [name for name in names if found[name].notna().any()]
    lines = [
        [names[name], *(i18n.number(value, int(value % 1 != 0)) for value in found[name])]
        for name in told
    ]
    return pd.DataFrame(lines, columns=[_("Declared at year end"), *map(str, found.index)])
