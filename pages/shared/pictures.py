"""Charts and maps to take away, as PNG and SVG: drawn at the click, from what the page shows.

Below each picture of a page stand two buttons; what they make is the figure the reader sees, on the
ground the reader sees, with its title, what it shows, what was asked, the date and the source.
"""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from etl.insight import picture
from etl.insight.picture import area, heat, panels
from pages.shared import export, i18n, query, question

_ = i18n.gettext

WARNING = {True: "#E07A5F", False: "#A8431F"}  # text on a dark ground and on a light one


def of_chart(
    figure: go.Figure, key: str, ink: dict[str, str], title: str, finding: str, source: str
) -> None:
    """Buttons for a chart. title: where the figure's own does not stand alone. source: who
    published what it shows, where that is not the build; no filter is then told, nor sample data.
    """

    tone = _ink(ink)

    def drawn() -> picture.Drawn:
        return panels.draw(*_plain(figure), tone, i18n.words())

    own = str(figure.layout.title.text or "")
    _offer(drawn, key, tone, title or own, finding or (own if title else ""), source)


def of_map(
    figure: go.Figure, key: str, ink: dict[str, str], title: str, finding: str,
    legend: Sequence[tuple[str, str]], note: str,
) -> None:  # fmt: skip
    """Buttons for a map. legend: what its colours and looks mean (map_legend.Entry)."""
    tone = _ink(ink)

    def drawn() -> picture.Drawn:
        return area.draw(*_plain(figure), tone, legend, note)

    _offer(drawn, key, tone, title, finding)


def of_cells(
    cells: Sequence[heat.Cell], lines: Sequence[str], columns: Sequence[str],
    legend: Sequence[tuple[str, str]], key: str, ink: dict[str, str], title: str, finding: str = "",
) -> None:  # fmt: skip
    """Buttons for a heat map. legend: the colours of its classes and their words."""
    tone = _ink(ink)

    def drawn() -> picture.Drawn:
        return heat.draw(cells, lines, columns, legend, tone)

    _offer(drawn, key, tone, title, finding)


def _offer(
    drawn: Callable[[], picture.Drawn], key: str, ink: picture.Ink, title: str, finding: str,
    source: str = "",
) -> None:  # fmt: skip
    wanted, served = {} if source else question.told(), query.build()

    def make(form: Any) -> bytes:
        # only who takes a picture waits for the typesetter to load
        from etl.insight.picture import typeset

        words = i18n.words()
        colon = _("{label}: {value}")
        build = _("Maillage, build {id}").format(id=served.id)
        dated = _("Data as of {date}").format(date=words.long_date(served.as_of))
        origin = colon.format(label=_("Source"), value=source or build)
        foot = [
            " · ".join(colon.format(label=label, value=value) for label, value in wanted.items()),
            " · ".join((origin, build) if source else (dated, origin)),
        ]
        said = picture.Words(
            words.language,
            title,
            finding=_plain_text(finding),
            foot=[line for line in foot if line],
            warning=words.synthetic() if served.is_synthetic and not source else "",
        )
        return typeset.made(drawn(), said, ink, form)

    with st.container(horizontal=True, gap="small", key=f"picture_{key}"):
        name = export.slug(f"{title[:60]}-{served.as_of}")
        for form in picture.FORMS:
            export.made(
                name, form.upper(), form, partial(make, form), key=f"{form}_{key}",
                help=_("This picture with its title, date and source"), is_quiet=True,
            )  # fmt: skip


def _ink(ink: dict[str, str]) -> picture.Ink:
    """The colours of theme.ink, and that of a warning upon them."""
    is_dark = ink["ground"] < "#8"
    return picture.Ink(**ink, warning=WARNING[is_dark])


def _plain_text(markdown: str) -> str:
    """A sentence of a page without the marks of Markdown."""
    return re.sub(r"\\(.)|\*\*", lambda found: found[1] or "", markdown)


def _plain(figure: go.Figure) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The traces and the layout of a figure, as they were given."""
    return [trace.to_plotly_json() for trace in figure.data], figure.layout.to_plotly_json()
