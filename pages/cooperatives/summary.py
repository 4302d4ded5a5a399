"""The answer in a sentence, and its figures as cards."""

from typing import Any

import pandas as pd

from etl.insight import small_samples
from etl.insight.partner_cells import Cell, Withheld, is_told
from pages.cooperatives import growth, jobs, survival, views
from pages.cooperatives.views import Asked
from pages.shared import filters, i18n, partner_figures, theme
from pages.shared.filters import Territory

_ = i18n.gettext
AFTER = 5
FRANCE = partner_figures.Cut(Territory("country", "FR", "France"), "all", is_asked=False)


def show(asked: Asked) -> None:
    """Do they grow, last, employ? For the place, the domain and the form, or the nearest that is
    released."""
    here = growth.cut_of(asked)
    rows = growth.counted(here.place.level, here.place.code, here.scope)
    counts = growth.of(rows, *asked.cell, asked.years)
    now = asked.years.index(asked.year)
    living, births, exits = counts.living[now], counts.births[now], counts.exits[now]
    last = survival.cut_of(asked)
    alive = _alive(survival.told(last, asked.form))
    has_form = asked.form in ("all", *survival.BY_FORM)
    year = str(asked.year)
    head, heads = _heads(asked, year)
    theme.answer(
        " ".join(
            [
                _ending(
                    i18n.ngettext(
                        "**{n} co-operative** lived at the end of {year}.",
                        "**{n} co-operatives** lived at the end of {year}.",
                        living,
                    ).format(n=i18n.number(living), year=year),
                    _where(here, asked),
                ),
                _("The year saw {moves}: net growth **{net}**.").format(
                    moves=_moves(births, exits), net=partner_figures.text(births - exits, "signed")
                ),
                *_unplaced(counts.undated[now]),
                *_born_before(counts, now, asked),
                _ending(_lasting(alive), _where(last, asked, has_form=has_form)),
                _employing(heads, _of_heads(head, asked)),
            ]
        )
    )
    with theme.cards():
        theme.metric_card(
            _("Living, end of {year}").format(year=year),
            i18n.number(living),
            delta=partner_figures.text(living - counts.living[now - 1], "signed") if now else None,
            interval=_where(here, asked).strip(" ()") or None,
        )
        theme.metric_card(
            _("Net growth in {year}").format(year=year),
            partner_figures.text(births - exits, "signed"),
            interval=_moves(births, exits) + _undated(counts.undated[now]),
        )
        if alive is not None:
            told, beside = _share(alive)
            theme.metric_card(
                _("Alive after {n} years").format(n=AFTER),
                told,
                n=int(alive["followed"]),
                interval=beside + _where(last, asked, has_form=has_form),
            )
        partner_figures.card(
            _("Jobs, end of {year}").format(year=year),
            heads,
            beside=_("people, as declared") + _where(head, asked, has_form=False),
        )


def _alive(rows: pd.DataFrame) -> Any:
    own = rows[(rows["origin"] == "all") & (rows["cohort"] == "all") & (rows["years"] == AFTER)]
    return own.iloc[0] if len(own) else None


def _heads(asked: Asked, year: str) -> tuple[partner_figures.Cut, Cell]:
    """The headcount of the place, or of France where that of the place has no figure to tell."""
    found = jobs.cells()
    cut = partner_figures.cut(asked.place, asked.scope, jobs.HEADCOUNT)
    own = found.of("jobs", "employees", year, **cut.at)
    whole = found.of("jobs", "employees", year, **FRANCE.at)
    if isinstance(own, Withheld) and not is_told(own):
        return FRANCE, whole
    return cut, own


def _unplaced(exits: int) -> list[str]:
    """How many exits are in no year's net growth, in a sentence; none where all are dated."""
    text = i18n.ngettext(
        "{n} more closed, nobody knows when: it is in no year’s net growth.",
        "{n} more closed, nobody knows when: they are in no year’s net growth.",
        exits,
    )
    return [text.format(n=i18n.number(exits))] if exits else []


def _born_before(counts: growth.Counts, now: int, asked: Asked) -> list[str]:
    """How many of those born the year before live still, and how sure that says how they last;
    nothing where it was never told."""
    then = now - 1
    if then < 0 or i18n.is_none(counts.lasting[then]):
        return []
    born, lasting = counts.births[then], int(counts.lasting[then])
    if not born:
        return [_("None was born in {year}.").format(year=asked.years[then])]
    how = small_samples.doubt(born, has_interval=True)
    sure = {
        "few": _("too few to tell how they last"),
        "interval": _("a share of {interval}").format(
            interval=i18n.interval(*small_samples.wilson_interval(lasting, born))
        ),
    }.get(how)
    text = i18n.ngettext(
        "Of **{born}** born in {year} **{n}** lives still",
        "Of **{born}** born in {year} **{n}** live still",
        lasting,
    ).format(born=i18n.number(born), year=asked.years[then], n=i18n.number(lasting))
    told = _("{label}: {value}").format(label=text, value=sure) if sure else text
    return [f"{told}."]


def _undated(exits: int) -> str:
    return f" · {_('Exits undated: {n}').format(n=i18n.number(exits))}" if exits else ""


def _moves(births: int, exits: int) -> str:
    return ", ".join(
        [
            i18n.ngettext("{n} birth", "{n} births", births).format(n=i18n.number(births)),
            i18n.ngettext("{n} exit", "{n} exits", exits).format(n=i18n.number(exits)),
        ]
    )


def _how(alive: Any) -> str:
    """What stands beside a share of so many co-operatives; 'none' where it cannot be told."""
    if alive is None or i18n.is_none(alive["survival"]):
        return "none"
    return small_samples.doubt(alive["followed"], has_interval=alive["low"] < alive["high"])


def _share(alive: Any) -> tuple[str, str]:
    """What a card says, and what stands below."""
    how, interval = _how(alive), i18n.interval(alive["low"], alive["high"])
    if not how:
        return i18n.percent(alive["survival"]), interval
    if how == "interval":
        return interval, _("95% interval")
    if how == "few":
        return _("too few to tell"), interval
    return _("cannot be told"), i18n.name("no survival", alive["why"])


def _lasting(alive: Any) -> str:
    how = _how(alive)
    if how == "none":
        return _("How many last 5 years **cannot be told**.")
    if how == "few":
        return i18n.ngettext(
            "How many last 5 years: **too few to tell** ({n} followed).",
            "How many last 5 years: **too few to tell** ({n} followed).",
            alive["followed"],
        ).format(n=i18n.number(alive["followed"]))
    if how == "interval":
        return _("Between **{low} and {high}** live 5 years or more ({n} followed).").format(
            low=i18n.percent(alive["low"]),
            high=i18n.percent(alive["high"]),
            n=i18n.number(alive["followed"]),
        )
    return _("**{share}** live 5 years or more.").format(share=i18n.percent(alive["survival"]))


def _of_heads(cut: partner_figures.Cut, asked: Asked) -> str:
    """Of which co-operatives the headcount is, where not of those that the answer counts."""
    if not _where(cut, asked, has_form=False):
        return ""
    form = [views.form_name("all").lower()] if asked.form != "all" else []
    return ", ".join([theme.escape(cut.place.name), filters.scope_label(cut.scope), *form])


def _employing(heads: Cell, of: str) -> str:
    """How many work there; of others than those counted before it says of which."""
    if heads is None:
        return _ending(_("Nobody declared how many they employ."), f" ({of})" if of else "")
    if isinstance(heads, Withheld) and not is_told(heads):
        return _ending(_("How many they employ is **withheld**."), f" ({of})" if of else "")
    n = partner_figures.text(heads)
    if isinstance(heads, Withheld):
        n = _("between {low} and {high}").format(
            low=i18n.number(heads.low), high=i18n.number(heads.high)
        )
    if of:
        text = _("The co-operatives that told how many they employ ({of}) had **{n} people**.")
        return text.format(of=of, n=n)
    return _("Those that told how many they employ had **{n} people**.").format(n=n)


def _ending(sentence: str, where: str) -> str:
    """The sentence with that before its full stop."""
    return f"{sentence.removesuffix('.')}{where}."


def _where(cut: partner_figures.Cut, asked: Asked, *, has_form: bool = True) -> str:
    """Of what a figure is, where it is not of what was chosen."""
    told = []
    if not cut.is_asked:
        told = [theme.escape(cut.place.name), filters.scope_label(cut.scope)]
    if asked.form != "all" and not has_form:
        told.append(views.form_name("all").lower())
    return f" ({', '.join(told)})" if told else ""
