"""Compare: territories, domains or periods side by side, on one scale."""

from functools import partial
from typing import Any

import streamlit as st

from etl.insight import small_samples
from pages.compare import charts, figures, words
from pages.compare.figures import Asked
from pages.shared import export, filters, i18n, places, query, question, theme, ways
from pages.shared.months import ripening
from pages.shared.places import Territory

_ = i18n.gettext
MOST = 3
# on a phone other charts stand there; between the two a row of them scrolls by itself
STYLE = """<style>.st-key-compared {overflow-x: auto}
.st-key-compared_narrow {display: none}
@media (max-width: 640px) {
  .st-key-compared_narrow {display: flex}
  .st-key-compared > div:has(.stPlotlyChart) {display: none}
}
.st-key-filters_bar .st-key-filter_measure {min-width: 14rem}
.st-key-compared > div:has(.stPlotlyChart), .st-key-compared .stPlotlyChart {min-width: 44rem}
</style>"""


def chosen(*, is_shown: bool) -> tuple[Territory, ...]:
    """Two or three territories that the reader chose, by name; none for all in the place. In the
    address: places. ``is_shown``: where they stand side by side, and can be chosen."""
    known = figures.areas(places.FRANCE).set_index("address")
    names = dict(zip(known.index, known["name"] + " (" + known["code"] + ")", strict=True))
    asked_for = filters.read("places", lambda text: _can_stand(text.split(","), names), "")
    key = "filter_places"
    if not is_shown:
        return tuple(found for found in map(places.find, asked_for.split(",")) if found)
    st.session_state[key] = [address for address in asked_for.split(",") if address]
    st.multiselect(
        _("Territories to compare"),
        list(names),
        format_func=names.__getitem__,
        key=key,
        max_selections=MOST,
        placeholder=_("All of them: choose two or three"),
        on_change=lambda: filters.choose("places", ",".join(st.session_state[key])),
    )
    picked = st.session_state[key]
    if picked:
        question.tell(_("Territories to compare"), ", ".join(map(names.__getitem__, picked)))
    return tuple(found for found in map(places.find, picked) if found)


def _can_stand(addresses: list[str], names: dict[str, str]) -> bool:
    """Whether these are all here, each once, and no more than have room."""
    are_here = set(addresses) <= {"", *names}
    return are_here and len(set(addresses)) == len(addresses) <= MOST


def compared_scope(across: str) -> str:
    """The domains, of one family or of all where they stand side by side."""
    if across != "domains":
        return filters.scope(("all", "family", "domain"))
    rows = query.page_sql(filters.__file__, "scopes")
    domains = rows[rows["scope_kind"] == "domain"].set_index("scope_code")["family_code"]
    family = domains.get(filters.asked("scope") or "")
    default = f"family_{family}" if family else None
    return filters.scope(("all", "family"), default=default)


def tell_left_out(place: Territory, named: tuple[Territory, ...]) -> None:
    """Which of the territories chosen does not stand here, for only one does."""
    name, others = places.name(place), [places.name(one) for one in named]
    if others == [name]:
        return
    text = (
        _("Of the territories chosen this is {name}: one at a time has domains or periods.")
        if name in others
        else _(
            "This is {name}, not the territories chosen to compare ({others}): one at a time has "
            "domains or periods."
        )
    )
    st.caption(text.format(name=theme.escape(name), others=theme.escape(", ".join(others))))


def choose() -> Asked:
    """The filters."""
    across = filters.pick(
        "across",
        _("Side by side"),
        figures.ACROSS,
        {
            "places": _("Territories"),
            "domains": _("Domains"),
            "periods": _("Periods"),
        }.__getitem__,
        "places",
        is_open=True,
    )
    named = chosen(is_shown=across == "places")
    picked = named if across == "places" else ()
    with filters.bar():
        measure = filters.pick(
            "measure",
            _("Measure"),
            figures.MEASURES,
            lambda name: query.metric_definition(name).label,
            "fill_rate",
        )
        scope = compared_scope(across)
        lowest = "departement" if across != "places" else "region"
        default = named[0] if named else None
        place = (
            places.FRANCE if picked else filters.territory(lowest, at_home=True, default=default)
        )
        period = filters.period()
        days = filters.days()
    if named and not picked:
        tell_left_out(place, named)
    domain = filters.instead_of("scope", scope)
    if domain and across == "domains":
        text = _("{domain} is compared with the other domains of “{family}”.")
        names = {"domain": domain, "family": scope}
        st.caption(
            text.format(**{n: theme.escape(filters.scope_label(c)) for n, c in names.items()})
        )
    return Asked(across, measure, scope, place, picked, days, period)


st.html(STYLE)
theme.header(_("Compare"), _("Where is it better, in what, and since when?"))
asked = choose()
found, whole = figures.read(asked)
if not any(panel.is_told or panel.is_few for panel in found):
    narrow: Any = {"period": asked.period, "place": asked.place, "scope": asked.scope}
    theme.empty_state(
        _("Nothing to compare was loaded for these months."),
        ways.out(_("another measure"), **narrow, otherwise=""),
    )
    ways.offer(**narrow)
else:
    finding = words.finding(found, asked)
    theme.answer(theme.escape(finding) + ".")
    drawn = [panel for panel in found if panel.is_drawn(len(found))]
    if drawn:
        with st.container(key="compared_narrow"):
            figure = charts.panels(drawn, whole, asked, is_narrow=True)
            st.plotly_chart(figure, theme=None, config=theme.PLOTLY_CONFIG)
        with st.container(key="compared"):
            figure = charts.panels(drawn, whole, asked)
            theme.chart(figure, "compared_chart", finding, is_said=True)
    if left_out := words.not_drawn(found, drawn):
        st.caption(left_out)
    if asked.is_share and len(found) > MOST:
        text = _(
            "Months of fewer than {few} cases are not drawn; the tables to take away hold them."
        )
        st.caption(text.format(few=i18n.number(small_samples.FEW)))
    young = ripening(found[-1].months["month"], asked.days) if asked.is_share else ""
    if young:
        st.caption(young)
    table = words.table(found, whole, asked).round(3)
    theme.plain(table, shares=words.shares(asked))
    theme.definition([asked.measure], window=filters.period_label(asked.period))
    export.downloads(
        "compare",
        {
            _("Compared"): table,
            _("Months"): partial(words.months, found, whole, asked),
        },
        metrics=[asked.measure],
        filters={
            _("Domain"): filters.scope_label(asked.scope),
            _("Territory"): ", ".join(map(places.name, asked.chosen or (asked.place,))),
            _("Period"): filters.period_label(asked.period),
            _("Filled within"): str(asked.days),
        },
    )
