"""What a partner agency sees of the co-operatives: closed years, and the report to take away."""

import pandas as pd
import streamlit as st

from pages.cooperatives import charts
from pages.shared import export, i18n, query, theme

_ = i18n.gettext


def show() -> None:
    """The last closed year in a sentence, the years as a table, and the report."""
    years = query.page_sql(__file__, "released")
    if years.empty:
        theme.empty_state(
            _("No closed year has been released yet."), _("Come back after the year's end.")
        )
        return
    last = years.iloc[0]
    net = last["births"] - last["exits"]
    theme.answer(
        _(
            "**{living} co-operatives** lived at the end of {year}; {births} were born in the year "
            "and {exits} ceased: net growth **{net}**."
        ).format(
            living=i18n.number(last["living"]),
            year=last["year"],
            births=i18n.number(last["births"]),
            exits=i18n.number(last["exits"]),
            net=charts.signed(net),
        )
    )
    st.markdown(
        _(
            "The report holds all that has been released: births by origin, survival, jobs, the "
            "projects of the convention, shares of the market, and where the next ones could start."
        )
    )
    export.report("partners")
    table = _table(years)
    st.dataframe(table, hide_index=True, placeholder=i18n.NONE)
    st.caption(
        _(
            "Withheld: fewer than three co-operatives stand behind the figure, one holds most of "
            "it, or it would give another one away. Withheld is not zero."
        )
    )
    export.downloads("cooperatives", {_("By year"): table})


def _table(years: pd.DataFrame) -> pd.DataFrame:
    jobs = [
        _("withheld") if row.is_withheld else i18n.number(row.employees)
        for row in years.itertuples()
    ]
    return pd.DataFrame(
        {
            _("Year"): years["year"],
            _("Living"): years["living"],
            _("Births"): years["births"],
            _("Exits"): years["exits"],
            _("Net growth"): years["births"] - years["exits"],
            _("Jobs (headcount)"): jobs,
        }
    )
