"""The sheet of one provider: all that its record says, and where the record comes from."""

import html
import re
from typing import Any

import pandas as pd
import streamlit as st

from pages.finding import highlight, index, search
from pages.finding.parse import Reading
from pages.search import charts, cooperative
from pages.shared import filters, i18n, map, query, theme

_ = i18n.gettext


def show(reading: Reading) -> None:
    """Open the sheet of the provider in the address, if there is one; words found are marked."""
    chosen = filters.read("provider", bool, "")
    if not chosen:
        return
    found = query.page_sql(__file__, "provider", provider_id=chosen.replace("\0", ""))
    if found.empty:
        st.warning(_("No provider has this identifier any more."), icon=":material/person_off:")
        return
    row = found.iloc[0]
    domains = query.page_sql(__file__, "domains_of_provider", provider_id=row["provider_id"])
    months = query.page_sql(__file__, "months_of_provider", provider_id=row["provider_id"])
    reached = query.page_sql(__file__, "reached", provider_id=row["provider_id"])
    st.dialog(_("Provider"), width="medium", on_dismiss=close)(_sheet)(
        row, domains, months, reached, highlight.words_of(reading, index.load())
    )


def close() -> None:
    """Forget the chosen provider."""
    filters.choose("provider", "")


def _sheet(
    row: pd.Series,
    domains: pd.DataFrame,
    months: pd.DataFrame,
    reached: pd.DataFrame,
    found: frozenset[str],
) -> None:
    # html, each text escaped: Markdown would make a link even of an escaped address
    st.html(
        f"<h3>{highlight.marked(search.name(row['name']), found)}</h3><p>"
        f"{html.escape(i18n.name('kind', row['kind']))} · "
        f"<strong>{html.escape(search.status(row['inactive_reason']))}</strong></p>"
    )
    theme.read(offers(domains), "offers")
    st.html(_list_of([(_("Answered, hired"), worked(months)), *_facts(row)]))
    if months[["answers", "hires"]].to_numpy().any():
        title = _("Requests answered and hires, month by month")
        st.plotly_chart(
            charts.work(months), theme=None, key="sheet_work", config=theme.PLOTLY_CONFIG, alt=title
        )
        with st.expander(title):
            theme.plain(
                months.assign(month=[i18n.month(m) for m in months["month"]]).rename(
                    columns={
                        "month": _("Month"),
                        "answers": _("Answers"),
                        "hires": _("Hires"),
                    }
                )
            )
    if len(reached):
        _map(row, reached)
    if cooperative.is_tied(row):
        _cooperative(row["siren"])


def _cooperative(siren: str) -> None:
    st.subheader(_("The co-operative"), anchor=False)
    st.html(_list_of(cooperative.facts(siren)))
    years = cooperative.years(siren)
    if years.empty:
        st.caption(_("It declared no year."))
    else:
        theme.read(years, "years")


def _map(row: pd.Series, reached: pd.DataFrame) -> None:
    base = reached.iloc[0]
    figure = charts.reach(
        base,
        search.name(row["name"]),
        float(row["reach_km"]),
        set(reached["departement_code"]),
    )
    title = _("Where it would go")
    st.plotly_chart(figure, theme=None, key="sheet_reach", config=map.CONFIG, alt=title)
    st.caption(f"{title}. {_('The circle is as wide as its reach.')}")


def worked(months: pd.DataFrame) -> str:
    """What it answered and did in the last 12 months, in words."""
    if not months[["answers", "hires"]].to_numpy().any():
        return _("No answer or hire is known.")
    answers, hires = (int(months[column].tail(12).sum()) for column in ("answers", "hires"))
    return _("{answers} and {hires} in the last 12 months").format(
        answers=i18n.ngettext("{n} answer", "{n} answers", answers).format(n=i18n.number(answers)),
        hires=i18n.ngettext("{n} hire", "{n} hires", hires).format(n=i18n.number(hires)),
    )


def quality(score: Any, to_correct: Any) -> str:
    """How complete and fresh the record is, and what to correct in it."""
    names = {
        "name": _("the name"),
        "domain": _("the domains"),
        "place": _("the commune"),
        "approval": _("the approval"),
        "identifier": _("SIREN or SIRET"),
        "price": _("the price"),
        "capacity": _("the capacity"),
        "reach": _("the distance it travels"),
        "url": _("the website"),
        "freshness": _("when it was last seen"),
    }
    wrong = [names.get(criterion, criterion) for criterion in _values(to_correct)]
    what = (
        _("to correct: {what}").format(what=", ".join(wrong)) if wrong else _("nothing to correct")
    )
    return f"{i18n.percent(score)} — {what}"


def offers(domains: pd.DataFrame) -> pd.DataFrame:
    """What a provider offers, in words."""
    approvals = {
        "yes": _("Yes"),
        "no": _("No"),
        "unknown": _("Unknown"),
        "not_required": _("Not required"),
    }
    return pd.DataFrame(
        {
            _("Domain"): [i18n.label(row) for _n, row in domains.iterrows()],
            _("Approval"): domains["approval"].map(approvals).tolist(),
            _("Active in it"): [_("Yes") if x else _("No") for x in domains["is_active"]],
        }
    )


def _facts(row: pd.Series) -> list[tuple[str, str]]:
    """(title, value) in reading order; what nobody told is not listed."""
    precisions = {
        "commune": _("known to the commune"),
        "point": _("placed by coordinates"),
        "departement": _("known to the département"),
        "region": _("known to the region"),
        "unknown": _("not known"),
    }
    modes = {
        "prestataire": _("employs those who come (prestataire)"),
        "mandataire": _("places people whom the household employs (mandataire)"),
        "direct": _("employed directly by the household"),
    }
    travels = search.reach(row["reach_km"], row["is_reach_known"])
    if not row["is_reach_known"]:
        travels += f" — {_('the record does not say, this is the default')}"
    address = " ".join(str(row[c]) for c in ("postcode", "city") if not i18n.is_none(row[c]))
    where = precisions.get(row["place_precision"], row["place_precision"])
    facts = [
        (_("Place"), f"{search.place(row)} — {where}"),
        (_("Address as given"), address or i18n.NONE),
        (_("Travels"), travels),
        (_("Price per hour"), i18n.words().euros(row["price_hour_eur"], 2)),
        (_("Requests it can take a month"), i18n.number(row["capacity_per_month"])),
        (_("Works as"), ", ".join(modes.get(m, m) for m in _values(row["modes"])) or i18n.NONE),
        (_("Employees"), i18n.number(row["employees"])),
        (_("Joined"), i18n.date(row["joined_on"])),
        (_("Left"), i18n.date(row["left_on"])),
        (_("Last seen"), i18n.date(row["last_seen_on"])),
        (_("Co-operative"), cooperative.line(row)),
        (_("Legal category"), _given(row, "legal_category", "legal_label_fr")),
        (_("SIREN"), _given(row, "siren")),
        (_("SIRET"), _given(row, "siret")),
        (_("Website"), _given(row, "url")),
        (_("Approvals as given"), ", ".join(_values(row["approvals"])) or i18n.NONE),
        (_("Identifier"), _given(row, "provider_id")),
        (_("Quality of the record"), quality(row["quality_score"], row["to_correct"])),
        (
            _("Where this record comes from"),
            _("File {file}, line {line}, of {date}.").format(
                file=row["source_file"],
                line=row["source_line"],
                date=i18n.date(row["source_as_of"]),
            ),
        ),
    ]
    return [(title, value) for title, value in facts if value != i18n.NONE]


def _given(row: pd.Series, *columns: str) -> str:
    values = [str(row[column]) for column in columns if not i18n.is_none(row[column])]
    return " — ".join(values) or i18n.NONE


def _values(values: Any) -> list[str]:
    return [] if i18n.is_none(values) else [str(value) for value in values]


def _linked(value: str) -> str:
    """A value as HTML, escaped; an address of the web is a link, which tells nobody whence."""
    text = html.escape(value)
    if not re.fullmatch(r"https?://[^\s<>\"']+", value):
        return text
    return f'<a href="{text}" target="_blank" rel="noopener noreferrer nofollow">{text}</a>'


def _list_of(facts: list[tuple[str, str]]) -> str:
    """A list of titles and values, side by side where there is room."""
    line = "padding:.35rem 0;border-top:1px solid rgba(128,128,128,.3);display:flex;flex-wrap:wrap"
    items = "".join(
        f'<div style="{line}"><dt style="flex:0 0 13rem;opacity:.75">{html.escape(title)}</dt>'
        f'<dd style="flex:1 1 12rem;min-width:0;margin:0;overflow-wrap:anywhere">'
        f"{_linked(value)}</dd></div>"
        for title, value in facts
    )
    return f'<dl style="margin:0;padding:0">{items}</dl>'
