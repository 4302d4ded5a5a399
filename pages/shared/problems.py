"""What is wrong with files that could not be loaded."""

from collections.abc import Sequence

import streamlit as st

from etl.problems import Problem
from etl.words import reasons
from pages.shared import i18n

SHOWN = 20


def show(problems: Sequence[Problem], *, in_page: bool = False) -> None:
    """A sentence for each of the first, and how many more there are; ``in_page``: of files that are
    brought on the page."""
    for problem in problems[:SHOWN]:
        st.text(reasons.problem(problem, i18n.language(), in_page=in_page))
    if len(problems) > SHOWN:
        more = len(problems) - SHOWN
        text = i18n.ngettext("and {n} more problem", "and {n} more problems", more)
        st.caption(text.format(n=i18n.number(more)))
