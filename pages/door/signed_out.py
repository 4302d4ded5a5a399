"""Sign-ins that somebody ended, so that no copy of their cookie opens a page, after a restart
neither: empty files in data/logs/ended-sign-ins, each named by a digest that says nobody's name.

They are kept until every such cookie has expired, whatever the settings were in between.
"""

import logging
import threading
import time
from contextlib import suppress
from pathlib import Path

from etl.bring import folders
from pages.door import startup_check

KEPT_S = (startup_check.COOKIE_HOURS + 1) * 3600
log = logging.getLogger("maillage.access")
_noted: set[str] = set()  # holds too when the folder cannot be written
_lock = threading.Lock()


def logs() -> Path:
    """Where the logs are: ``MAILLAGE_LOGS`` or ``data/logs``."""
    return folders.here().logs


def folder() -> Path:
    """Where the ended sign-ins are."""
    return logs() / "ended-sign-ins"


def note(key: str) -> None:
    """End a sign-in for good, in every window that is open and for every copy of its cookie."""
    with _lock:
        _noted.add(key)
        try:
            folder().mkdir(mode=0o700, parents=True, exist_ok=True)
            (folder() / key).touch(mode=0o600)
            for old in folder().iterdir():
                with suppress(FileNotFoundError):  # another process was first
                    if old.stat().st_mtime < time.time() - KEPT_S:
                        old.unlink()
        except OSError as error:
            log.error("A sign-out cannot be written, so it holds until a restart only: %s", error)


def holds(key: str) -> bool:
    """Whether somebody signed out of this sign-in."""
    return key in _noted or (folder() / key).is_file()
