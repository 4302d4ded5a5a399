"""What changed since the previous build, in the reader's language."""

import pandas as pd

from etl.insight.changes import Changes
from etl.words.rows import each
from pages.shared import i18n, theme

_ = i18n.gettext


def not_told(reason: str) -> str:
    """Why nothing can be said of the build before."""
    return {
        "first": _("This is the first build: what changes will show from the next one on."),
        "sample": _("The previous build and this one are not of a kind: one is sample data."),
        "unreadable": _("The previous build cannot be compared: it was made by another version."),
    }[reason]


def lines(found: Changes, k: int) -> str:
    """What changed since the previous build, one Markdown line each."""
    return "  \n".join(
        [*_departures(found), *_crossings(found, k), *_providers(found), *_loads(found)]
    )


def _departures(found: Changes) -> list[str]:
    text = _(
        "Many left: **{n}** of the {known} known ({source}) on {date}, being no longer in {file}"
    )
    return [
        ":material/group_remove: "
        + text.format(
            n=i18n.number(row.leaving),
            known=i18n.number(row.known),
            source=i18n.name("source", row.source),
            date=i18n.date(theme.as_date(row.as_of)),
            file=theme.escape(row.file),
        )
        for row in each(found.departures)
    ]


def _crossings(found: Changes, k: int) -> list[str]:
    totals = found.totals.set_index("has_risen")[["cells", "population"]]
    totals = totals.reindex([False, True]).fillna(0).astype(int)
    (fell, fell_people), (rose, rose_people) = totals.to_numpy().tolist()
    down = _("No commune × domain fell below {k}").format(k=k)
    if fell:
        down = i18n.ngettext(
            "**{n}** commune × domain fell below {k}: {people} people live there",
            "**{n}** communes × domains fell below {k}: {people} people live there",
            fell,
        ).format(n=i18n.number(fell), k=k, people=i18n.number(fell_people))
    up = _("No commune × domain rose to {k}").format(k=k)
    if rose:
        up = i18n.ngettext(
            "**{n}** commune × domain rose to {k}: {people} people live there",
            "**{n}** communes × domains rose to {k}: {people} people live there",
            rose,
        ).format(n=i18n.number(rose), k=k, people=i18n.number(rose_people))
    return [f":material/south_east: {down}", f":material/north_east: {up}"]


def _providers(found: Changes) -> list[str]:
    counts = found.providers.groupby("change")["providers"].sum()
    arrived, gone = int(counts.get("arrived", 0)), int(counts.get("gone", 0))
    texts = {
        "arrived": i18n.ngettext(
            "**{n}** provider became active", "**{n}** providers became active", arrived
        ).format(n=i18n.number(arrived)),
        "gone": i18n.ngettext(
            "**{n}** provider is no longer active", "**{n}** providers are no longer active", gone
        ).format(n=i18n.number(gone)),
    }
    shown = []
    for change, icon in (("arrived", "person_add"), ("gone", "person_remove")):
        rows = found.providers[found.providers["change"] == change]
        why = ", ".join(
            f"{reason_label(str(row.reason))} {i18n.number(row.providers)}" for row in each(rows)
        )
        shown.append(f":material/{icon}: {texts[change]}" + (f" ({why})" if why else ""))
    return shown


def reason_label(code: str) -> str:
    """Why a provider became active or ceased to be, in a word or two."""
    return {
        "new": _("new"),
        "back": _("back again"),
        "left": _("left"),
        "gone": _("gone from the file"),
        "inactive": _("said to be inactive"),
        "not_joined": _("not joined yet"),
        "unpublished": _("unpublished"),
        "stale": _("not seen lately"),
        "not_approved": _("approval lacking"),
        "not_offered": _("no longer offers this domain"),
        "absent": _("in no file any more"),
    }.get(code, code)


def _loads(found: Changes) -> list[str]:
    row = found.loads.iloc[0]
    if pd.isna(row["requests_now"]):
        requests = _("no request loaded")
    else:
        before = 0 if pd.isna(row["requests_before"]) else int(row["requests_before"])
        added = int(row["requests_now"]) - before
        requests = (
            i18n.ngettext("**{n}** request added", "**{n}** requests added", added)
            if added >= 0
            else i18n.ngettext("**{n}** request fewer", "**{n}** requests fewer", -added)
        ).format(n=i18n.number(abs(added)))
    files = i18n.ngettext("{n} new file", "{n} new files", row["new_files"])
    refused = i18n.ngettext(
        "**{n}** row refused in {files} ({read} read)",
        "**{n}** rows refused in {files} ({read} read)",
        row["new_refused"],
    ).format(
        n=i18n.number(row["new_refused"]),
        files=files.format(n=i18n.number(row["new_files"])),
        read=i18n.number(row["new_read"]),
    )
    return [f":material/inbox: {requests}", f":material/rule: {refused}"]


def previous_build(found: Changes, *, of_france: bool) -> str:
    """Which build the changes are counted from; ``of_france``: they reach beyond the place."""
    text = _("Against the build of {date}, {id}.").format(
        date=i18n.date(found.previous_as_of), id=f"`{found.previous_id}`"
    )
    return f"{text} {_('Changes are told of all of France.')}" if of_france else text
