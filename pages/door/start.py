"""The first start: makes a build while the reader watches, once however many readers arrive."""

import logging
import threading
from dataclasses import dataclass

import streamlit as st

from etl import first_build, paths
from etl.problems import Told
from etl.words import lines
from pages.shared import i18n, problems, query

_ = i18n.gettext

log = logging.getLogger("maillage.pages")


@dataclass
class FirstBuild:
    """How far the first build of a warehouse has come; shared by all readers."""

    step: str = ""
    fraction: float = 0.0
    error: Exception | None = None
    thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, or begin again after a failure; nothing while it runs."""
        with _STARTING:
            if self.thread and self.thread.is_alive():
                return
            self.error = None
            self.thread = threading.Thread(target=self._run, name="first-build", daemon=True)
            self.thread.start()

    def _run(self) -> None:
        data = paths.DATA
        try:
            first_build.ensure_build(data / "raw", query.warehouse(), data / "sample", self._tell)
        except Exception as error:
            log.exception("the first build failed")
            self.error = error

    def _tell(self, step: str, fraction: float) -> None:
        self.step, self.fraction = step, min(max(fraction, 0.0), 1.0)


_STARTING = threading.Lock()


@st.cache_resource(show_spinner=False)
def _first_build(warehouse: str) -> FirstBuild:
    return FirstBuild()


def is_only_sample() -> bool:
    """Whether invented data is served, and nobody has brought a file yet."""
    if not query.has_build() or first_build.has_drops(paths.DATA / "raw"):
        return False
    return query.build().is_synthetic


def ready() -> bool:
    """Whether a build is served. If not, shows how the first one comes along, then reloads."""
    if query.has_build():
        return True
    state = _first_build(str(query.warehouse()))
    if state.error is None:
        state.start()
    _watch(state)
    return False


@st.fragment(run_every=1.0)
def _watch(state: FirstBuild) -> None:
    if query.has_build():
        st.rerun()
    if state.error is not None:
        _failed(state, state.error)
        return
    steps = {
        "sample": _("Making a sample marketplace…"),
        "build": _("Loading the files and working out the figures…"),
    }
    st.header(_("Getting the data ready"), anchor=False)
    st.progress(state.fraction, text=steps.get(state.step, _("Waiting for a build to finish…")))
    st.caption(
        _(
            "This happens once and takes about a minute. Without files in data/raw the pages show "
            "an invented marketplace."
        )
    )


def _failed(state: FirstBuild, error: Exception) -> None:
    st.error(f"**{_('The data could not be loaded.')}** {_reason(error)}", icon=":material/error:")
    problems.show(getattr(error, "problems", []))
    st.button(_("Try again"), on_click=state.start, type="primary", icon=":material/refresh:")


def _reason(error: Exception) -> str:
    if isinstance(error, Told):
        return lines.told(error, i18n.language())
    if getattr(error, "problems", None):
        return _("Correct these files in data/raw, then try again.")
    if isinstance(error, OSError):
        return _("Check that the disk has room and that the data folder can be written to.")
    return _("The server's log says why; then try again.")
