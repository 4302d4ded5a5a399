"""Of one file of the build: what its rows became, and what was found in them."""

from typing import Any

import pandas as pd
import streamlit as st

from etl.intake.profile_words import ProfileWords
from pages.shared import file_profile, filters, i18n, query

_ = i18n.gettext
REASON = ["is_refused", "column_name", "reason_code"]


def show(files: pd.DataFrame) -> None:
    """Choose a file; below, what its rows became and what was found. ``files`` as files.sql."""
    st.subheader(_("What did each file become?"), anchor=False)
    names = {str(row.file_id): str(row.file) for row in files.itertuples()}
    chosen = filters.pick("profile", _("File"), names, names.__getitem__, next(iter(names)))
    source = str(files.set_index(files["file_id"].astype(str))["source"][chosen])
    found = file_profile.records(query.page_sql(__file__, "profile", file=chosen))
    told = ProfileWords(found, source, i18n.language(), titled=True)
    file_profile.show(told, _by_reason(query.page_sql(__file__, "profile_findings", file=chosen)))
    st.caption(
        _(
            "Counted while the file was read, before it is joined with others: look whether its "
            "places, outcomes, dates and units are those you know."
        )
    )


def _by_reason(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """One mapping per reason, its values among them as examples."""
    groups = rows.groupby(REASON, sort=False, dropna=False)
    values = [file_profile.records(group) for _key, group in groups]
    return [each[0] | {"examples": each} for each in values]
