"""What a rate within a time, or a time to the first answer, says of the requests it leaves out."""

from collections.abc import Mapping
from typing import Any

from pages.coverage.measures import Measure
from pages.shared import i18n, query

_ = i18n.gettext


def untold(row: Mapping[str, Any], measure: Measure) -> str:
    """Why nothing can be told within a time though there are requests; "" where it can be."""
    if not _count(row, "undated"):
        return ""
    if measure.name in ("fill_rate", "unmet_demand"):
        filled = _("no filled request has a known time, so that no horizon is known.")
        if i18n.is_none(row["ever"]):
            return filled
        return _("**{share}** of requests were filled ({n} of {all}): {rest}").format(
            rest=filled, **_ever(row)
        )
    answered = _("no answer has a known time, so that no horizon is known.")
    if i18n.is_none(row["ever"]):
        return answered
    return _("**{share}** of requests had no answer so far ({n} of {all}): {rest}").format(
        rest=answered, **_ever(row)
    )


def sentence(row: Mapping[str, Any], measure: Measure) -> str:
    """How many requests are left out, and how many of them for want of a time; "" for none."""
    count = _count(row, "left_out")
    if i18n.is_none(row.get("undated")) or not count:  # of no rate within a time
        return ""
    if measure.name == "first_response":
        text = i18n.ngettext(
            "{n} request without a known time is left out",
            "{n} requests without a known time are left out",
            count,
        )
    else:
        text = i18n.ngettext(
            "{n} request is left out (recent or unknown)",
            "{n} requests are left out (recent or unknown)",
            count,
        )
    undated = _count(row, "undated")
    if undated:
        what = {
            "fill_rate": _("{n} of them filled at an unknown time"),
            "unmet_demand": _("{n} of them filled at an unknown time"),
            "results_at_least_k": _("{n} of them with answers at an unknown time"),
        }.get(measure.name, _("{n} of them answered at an unknown time"))
        text += ", " + what.format(n=i18n.number(undated)).replace("{", "{{").replace("}", "}}")
    return text.format(n=i18n.number(count)) + "."


def counted(row: Mapping[str, Any], measure: Measure) -> str:
    """The count behind a figure with what it counts, and how many cases it leaves out."""
    told = i18n.words().cases(row["n"], _count(row, "left_out"))
    return _("{what}: {n}").format(what=query.metric_definition(measure.name).counts, n=told)


def _count(row: Mapping[str, Any], column: str) -> int:
    return 0 if i18n.is_none(row.get(column)) else int(row[column])


def _ever(row: Mapping[str, Any]) -> dict[str, str]:
    return {
        "share": i18n.share(row["ever"] / row["ever_of"]),
        "n": i18n.number(row["ever"]),
        "all": i18n.number(row["ever_of"]),
    }
