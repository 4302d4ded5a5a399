"""What the rows of one file became, as `python -m etl check` tells it before a build."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from etl.intake import profile_text
from etl.intake.profile_words import ProfileWords
from pages.shared import i18n, theme

_ = i18n.gettext


def show(told: ProfileWords, groups: Sequence[Mapping[str, Any]], *, in_page: bool = False) -> None:
    """What the accepted rows became, and what was found by reason: one mapping each, as
    etl/intake/findings_grouped.sql says. ``in_page``: of a file that is brought on the page."""
    st.markdown(
        "\n".join(
            f"- **{theme.escape(name[0].upper() + name[1:])}** {theme.escape(text)}"
            for name, text in lines(told)
        )
    )
    if told.ranges():
        theme.table(ranges(told))
    if told.outcomes():
        theme.table(outcomes(told))
    if groups:
        theme.table(findings(groups, told, in_page=in_page), wraps=True)


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dictionaries, with None for what is missing."""
    plain = rows.astype(object).where(rows.notna(), None)
    return [dict(zip(rows.columns, row, strict=True)) for row in plain.itertuples(index=False)]


def lines(told: ProfileWords) -> Iterator[tuple[str, str]]:
    """Each field with its values and their rows."""
    yield told.word("rows"), told.number(told.rows)
    for tally in told.tallies():
        yield told.title(tally.field), " · ".join(profile_text.counts(told, tally))
    filled = [f"{told.title(field)} {told.number(rows)}" for field, rows in told.filled()]
    absent = [told.title(field) for field in told.absent()]
    for word, parts in (("filled", filled), ("absent", absent)):
        if parts:
            yield told.word(word), " · ".join(parts)


def ranges(told: ProfileWords) -> pd.DataFrame:
    """Numbers and dates: least, middle, largest."""
    found = told.ranges()
    table = pd.DataFrame({_("Field"): [told.title(each.field) for each in found]})
    for place, word in enumerate(("min", "median", "max")):
        table[told.word(word)] = [f"{each.ends[place]} {each.unit}".strip() for each in found]
    table[told.word("none")] = pd.array([each.empty for each in found], dtype="Int64")
    if any(each.midnight for each in found):
        table[told.word("midnight")] = [each.midnight for each in found]
    return table


def outcomes(told: ProfileWords) -> pd.DataFrame:
    """How rows ended, and how many of them have each date."""
    found = told.outcomes()
    table = pd.DataFrame({_("Outcome"): [each.value for each in found]})
    table[told.word("rows")] = [each.rows for each in found]
    for date in found[0].dated:
        table[told.title(date)] = [each.dated[date] for each in found]
    return table


def findings(
    groups: Sequence[Mapping[str, Any]], told: ProfileWords, *, in_page: bool = False
) -> pd.DataFrame:
    """Refused rows and repaired values of the file by reason, with three of their values."""
    found = [
        {
            _("Result"): told.word("refused" if group["is_refused"] else "repaired"),
            _("Findings"): int(group["findings"]),
            _("Reason"): profile_text.reason(group, told.language, in_page=in_page),
            _("Examples"): " · ".join(profile_text.example(e, told) for e in group["examples"]),
        }
        for group in groups
    ]
    return pd.DataFrame(found)
