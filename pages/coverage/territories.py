"""The view of territories: a map of a measure, and the table that holds the same values."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from pages.coverage import cells, tables, words
from pages.coverage.cells import Question
from pages.shared import filters, i18n, map
from pages.shared.filters import Territory

_ = i18n.gettext


def questions(
    asked: Question, place: Territory, level: str
) -> dict[str, Callable[[], pd.DataFrame]]:
    """What :func:`show` will ask of the build first, to be asked beside other questions."""
    if not asked.measure.is_told(level):
        return {}
    around = _around(place)
    wanted = {"": level, **({"regions_": "region"} if _has_regions(place, level) else {})}
    return {
        name: question
        for part, of_level in wanted.items()
        for name, question in {
            f"{part}rows": partial(cells.ask, asked, of_level, around, by_domain=False),
            f"{part}areas": partial(cells.areas, of_level, around),
        }.items()
    }


def _has_regions(place: Territory, level: str) -> bool:
    """Whether the areas lie in several régions, of which a sentence tells."""
    return place.level == "country" and level == "departement"


def _around(place: Territory) -> Territory:
    return place.parents[-1] if place.level == "commune" else place


def show(asked: Question, place: Territory, level: str) -> None:
    """The areas of ``level`` in the place; around a commune, those of its département."""
    around = _around(place)
    asked = tables.told_apart(asked, level, around)
    frame = tables.readable(asked, level, around, by_domain=False)
    if frame is None:
        return
    rows = cells.whole(frame, asked)
    behind = words.furthest_behind(rows, asked)
    if behind:
        st.markdown(behind)
    if _has_regions(place, level):
        regions = cells.as_their_parts(cells.read(asked, "region", place, by_domain=False), rows)
        st.markdown(words.by_region(cells.whole(regions, asked), asked))
    tables.notes(asked, level)
    left, right = st.columns(2, gap="medium")
    with left:
        _map(rows, asked, place, level, around, behind)
    with right:
        st.caption(_("Tick a row, or click an area of the map, to go down to it."))
        tables.leading(
            words.beside_map(rows, asked, level),
            asked.measure,
            f"areas_{level}_{place.code}",
            [{"in": f"{level}-{code}"} for code in rows["code"]],
        )
    table = partial(words.by_area, rows, asked, level)
    tables.away("coverage", _("Territories"), table, asked, around)


def _map(
    rows: pd.DataFrame,
    asked: Question,
    place: Territory,
    level: str,
    around: Territory,
    finding: str,
) -> None:
    """A click goes down to an area."""
    communes = level == "commune"
    values = words.described(rows, asked).rename(columns={"about": "hover"})
    values = values.assign(
        value=rows["tint"],
        is_chosen=rows["code"] == place.code,
        is_few=rows["is_few"] & rows["n"].gt(0),  # of none at all there is no data
    )
    classes = asked.measure.classes(
        asked.k, communes=communes, is_reach=communes and asked.is_reach
    )
    options: dict[str, Any] = {
        "title": words.title(asked, communes=communes),
        "key": f"map_{level}_{around.level}_{around.code}",
        "on_click": lambda code: filters.go_to(level, code),
        "finding": finding,
    }
    if communes:
        map.commune_map(values, around.code, classes, **options)
    else:
        codes = None if around.level == "country" else rows["code"].tolist()
        map.area_map(level, values, classes, codes=codes, **options)
