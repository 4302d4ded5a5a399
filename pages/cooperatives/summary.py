"""The answer in a sentence, and its figures as cards."""

import pandas as pd

from etl.insight.partner_cells import Cell, Withheld, less
from pages.cooperatives import growth, jobs, survival
from pages.cooperatives.views import Asked
from pages.shared import filters, i18n, partner_figures, theme

_ = i18n.gettext
AFTER = 5


def show(asked: Asked) -> None:
    """Do they grow, last, employ? For the place and the domain, or the nearest that is released."""
    place = asked.place
    counts = growth.of(
        growth.counted(place.level, place.code, asked.scope), "all", "all", asked.years
    )
    living, births, exits = counts.living[-1], counts.births[-1], counts.exits[-1]
    found = jobs.cells()
    head = partner_figures.cut(place, asked.scope, jobs.HEADCOUNT)
    flow = partner_figures.cut(place, asked.scope, jobs.FLOWS)
    last = partner_figures.cut(place, asked.scope, survival.CUTS)
    rows = survival.told(last)
    own = rows[(rows["origin"] == "all") & (rows["cohort"] == "all") & (rows["years"] == AFTER)]
    alive = own.iloc[0] if len(own) else None
    year = str(asked.year)
    heads = found.of("jobs", "employees", year, **head.at)
    theme.answer(
        " ".join(
            [
                i18n.ngettext(
                    "**{n} co-operative** lived at the end of {year}.",
                    "**{n} co-operatives** lived at the end of {year}.",
                    living,
                ).format(n=i18n.number(living), year=year),
                _("The year saw {moves}: net growth **{net}**.").format(
                    moves=_moves(births, exits), net=partner_figures.text(births - exits, "signed")
                ),
                _lasting(alive) + _where(last),
                _employing(heads) + _where(head),
            ]
        )
    )
    with theme.cards():
        theme.metric_card(
            _("Living, end of {year}").format(year=year),
            i18n.number(living),
            delta=partner_figures.text(living - counts.living[-2], "signed")
            if len(asked.years) > 1
            else None,
        )
        theme.metric_card(
            _("Net growth in {year}").format(year=year),
            partner_figures.text(births - exits, "signed"),
            interval=_moves(births, exits) + _undated(counts.undated[-1]),
        )
        if alive is not None:
            is_told = not i18n.is_none(alive["survival"])
            theme.metric_card(
                _("Alive after {n} years").format(n=AFTER),
                i18n.percent(alive["survival"]) if is_told else _("cannot be told"),
                n=int(alive["followed"]) if is_told else None,
                interval=(
                    i18n.interval(alive["low"], alive["high"])
                    if is_told
                    else i18n.name("no survival", alive["why"])
                )
                + _where(last),
            )
        partner_figures.card(
            _("Jobs, end of {year}").format(year=year), heads, beside=_headcount(head)
        )
        created, lost = (
            found.of("job_flows", name, year, **flow.at) for name in ("created", "lost")
        )
        partner_figures.card(
            _("Jobs created less lost in {year}").format(year=year),
            less(created, lost),
            "signed",
            _("{created} created, {lost} lost").format(
                created=partner_figures.text(created), lost=partner_figures.text(lost)
            ),
        )


def _undated(exits: int) -> str:
    return f" · {_('Exits undated: {n}').format(n=i18n.number(exits))}" if exits else ""


def _moves(births: int, exits: int) -> str:
    return ", ".join(
        [
            i18n.ngettext("{n} birth", "{n} births", births).format(n=i18n.number(births)),
            i18n.ngettext("{n} exit", "{n} exits", exits).format(n=i18n.number(exits)),
        ]
    )


def _lasting(alive: pd.Series | None) -> str:
    if alive is None or i18n.is_none(alive["survival"]):
        return _("How many last 5 years **cannot be told**.")
    return _("**{share}** live 5 years or more.").format(share=i18n.percent(alive["survival"]))


def _employing(heads: Cell) -> str:
    if isinstance(heads, Withheld):
        return _("How many they employ is **withheld**.")
    if heads is None:
        return _("Nobody declared how many they employ.")
    return _("They employed **{n} people**.").format(n=partner_figures.text(heads))


def _headcount(cut: partner_figures.Cut) -> str:
    return _("headcount") + _where(cut)


def _where(cut: partner_figures.Cut) -> str:
    """Of what a figure is, where it is not of what was chosen."""
    if cut.is_asked:
        return ""
    return f" ({theme.escape(cut.place.name)}, {filters.scope_label(cut.scope)})"
