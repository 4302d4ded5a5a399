"""Rates within a time and times to the first answer in words, with what they leave out."""

from typing import Any

import pandas as pd

from etl.insight.report.words import ReportWords

FILLS = ("fill_rate", "unmet_demand")


def fill(now: pd.Series, days: str, words: ReportWords) -> str:
    """How many requests were filled in time; at any time, where no filled one has a date."""
    _ = words.gettext
    if pd.isna(now.get("value")) and now.get("undated", 0) > 0:
        return _(
            "{fill} of requests were filled ({n} of {all}), nobody told when: no horizon known",
            fill=words.percent(now["ever"] / now["ever_of"], 1),
            n=words.number(now["ever"]),
            all=words.number(now["ever_of"]),
        )
    return _(
        "{fill} of requests were filled within {days} days",
        fill=words.percent(now.get("value"), 1),
        days=days,
    )


def rate(name: str, now: pd.Series, within: str, words: ReportWords) -> str:
    """What stands below a rate: its time, or that none is known, and how many are left out."""
    _ = words.gettext
    if name == "fill_rate" and pd.isna(now.get("value")) and now.get("undated", 0) > 0:
        within = fill(now, "", words)
    if name == "zero_response" and pd.isna(now.get("value")) and now.get("undated", 0) > 0:
        within = _(
            "{zero} without any answer so far ({n} of {all}); no answer has a known time",
            zero=words.percent(now["ever"] / now["ever_of"], 1),
            n=words.number(now["ever"]),
            all=words.number(now["ever_of"]),
        )
    undated = (
        _("of them {n} filled at an unknown time")
        if name in FILLS
        else _("of them {n} answered at an unknown time")
    )
    return words.listed(
        [within, *_left_out(now, _("{n} left out (recent or unknown)"), undated, words)]
    )


def first_answer(now: pd.Series, words: ReportWords) -> Any:
    """The median time in hours; in words where it is not reached, or not known."""
    _ = words.gettext
    value = now.get("value")
    if pd.isna(value) and now.get("n", 0) > 0:
        return words.unreached(now["waiting"] > 0.5)
    return value


def late_answer(now: pd.Series, words: ReportWords) -> str:
    """When nine in ten have an answer, and how many requests are left out."""
    _ = words.gettext
    late = now.get("p90")
    if not pd.isna(late):
        told = _("90% have one after {p90}", p90=words.hours(late))
    else:
        is_missed = now.get("waiting", 0) > 0.1
        told = _("90% having one: not reached") if is_missed else _("90% having one: unknown")
    if not now.get("n", 0) > 0:
        told = ""
    left_out = _left_out(
        now, _("{n} left out (no known time)"), _("of them {n} answered at an unknown time"), words
    )
    return words.listed([told, *left_out] if told else left_out)


def _left_out(now: pd.Series, all_of: str, undated: str, words: ReportWords) -> list[str]:
    counts = ((all_of, now.get("left_out", 0)), (undated, now.get("undated", 0)))
    return [text.format(n=words.number(count)) for text, count in counts if count > 0]
