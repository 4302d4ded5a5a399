"""Rows to correct that have come back: which file they are of, and nothing else to ask."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from etl.bring import corrected, folders
from etl.bring.corrected import Correction, Target
from etl.bring.incoming import Upload
from etl.bring.states import Job
from etl.problems import FileProblem, Told
from etl.words import lines
from pages.shared import i18n, theme, visitor

_ = i18n.gettext


@st.cache_resource(max_entries=8, show_spinner=False)
def recognised(path: str, changed: int, build: str) -> list[Correction] | Told | None:
    """What of a file is rows to correct, or why such rows cannot be used; of a ``build`` that is
    served, as another one has refused others. None: it holds none."""
    try:
        return corrected.recognise(Path(path), folders.here())
    except Told as told:
        return told
    except FileProblem:  # whoever looks at its columns tells it
        return None


def refused(told: Told) -> None:
    """Why rows to correct cannot be used."""
    st.error(lines.told(told, i18n.language()), icon=":material/error:")


def job(upload: Upload, found: Sequence[Correction]) -> Job | None:
    """What brings them in; the reader says of which file they are where several fit."""
    parts = []
    for place, one in enumerate(found):
        target = _target(one, f"{upload.id}_{place}")
        if target is None:
            return None
        parts.append((str(one.file), target.source, target.name, target.sidecar))
        text = i18n.ngettext(
            "Rows to correct of {file}: {rows}, of which {changed} was changed.",
            "Rows to correct of {file}: {rows}, of which {changed} were changed.",
            one.changed,
        )
        st.markdown(
            text.format(
                file=theme.escape(target.file),
                rows=i18n.number(one.rows),
                changed=i18n.number(one.changed),
            )
        )
    (file, source, name, sidecar), *beside = parts
    account = visitor.sender().account
    return Job("try", folders.here(), account, file, source, name, sidecar, beside=tuple(beside))


def _target(one: Correction, key: str) -> Target | None:
    if one.is_certain:
        return one.targets[0]
    return st.selectbox(
        _("Which file do these rows correct?"),
        one.targets,
        index=None,
        format_func=lambda target: target.file,
        key=f"correction_{key}",
    )
