"""What a job is to do and how far it has come, in the folder of what it works with.

FOLDER/job.json says what to do, FOLDER/state.json how far it is; a server that was started again,
and every session, reads the same. Who works holds FOLDER/.job.lock, so that a process that was
killed is known from one that works.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from etl import disk, paths
from etl.bring.folders import Folders
from etl.problems import Problem, Told

JOB, STATE, LOCK = "job.json", "state.json", ".job.lock"
RESERVE, ROOM = ".reserve", 256 * 1024  # bytes kept for the last word of a job, on a full disk
SECONDS_TO_START = 30


@dataclass(frozen=True)
class Job:
    """What to do with the file of a folder. kind: "try", "bring", "take_back", "settle"; `file` is
    where it lies, or its name below raw where it is taken back; `sidecar` the text that goes with
    it, or that is settled; `used` the columns to store in place of all, `header` stands for the
    names of its columns. `beside` are more files that come with it, each with its source, name and
    sidecar. `tried_on` is the build that was served when it was decided, `is_written` that the rows
    were written in the page."""

    kind: str
    places: Folders
    account: str
    file: str
    source: str = ""
    name: str = ""
    sidecar: str = ""
    used: tuple[str, ...] = ()
    header: str = ""
    is_confirmed: bool = False
    beside: tuple[tuple[str, str, str, str], ...] = ()
    tried_on: str = ""
    is_written: bool = False

    @property
    def subject(self) -> dict[str, Any]:
        """What a trial is of: it is worth nothing for another."""
        named = {name: getattr(self, name) for name in ("file", "source", "name", "sidecar")}
        more = {"used": [*self.used], "beside": [[*one] for one in self.beside]}
        return named | more | {"is_written": self.is_written}


@dataclass(frozen=True)
class State:
    """How far a job has come. status: "running", "done", "failed" or "interrupted"; of a failed one
    the problems of files, or the code and arguments of its sentence."""

    kind: str
    status: str
    step: str = ""
    fraction: float = 0.0
    subject: dict[str, Any] = field(default_factory=dict)
    problems: list[dict[str, Any]] = field(default_factory=list)
    code: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    result: dict[str, Any] = field(default_factory=dict)


_STARTING = threading.Lock()


def start(folder: Path, job: Job) -> bool:
    """Begins a job in a folder, and tells whether: not where one runs there, asked for by somebody
    else at the same moment. It goes on when the server ends. Raises Told where the disk is full."""
    with _STARTING:
        if (running := state(folder)) and running.status == "running":
            return False
        try:
            ask(folder, job)
        except OSError as error:
            raise Told("bring_full") if disk.is_full(error) else error from None
    with (folder / "job.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "etl.bring.job", str(folder)],
            cwd=paths.ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
    threading.Thread(target=process.wait, daemon=True).start()
    return True


def ask(folder: Path, job: Job) -> None:
    """Writes down what to do."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    told = asdict(job) | {"places": job.places.as_json()}
    disk.write(folder / RESERVE, bytes(ROOM), mode=0o600)
    disk.write(folder / JOB, json.dumps(told).encode(), mode=0o600)
    write(folder, State(job.kind, "running", "waiting", subject=job.subject))


def job_of(folder: Path) -> Job:
    """What the job of a folder is to do."""
    told = disk.read(folder / JOB)
    told["places"] = Folders.of_json(told["places"])
    told["used"] = tuple(told["used"])
    told["beside"] = tuple(map(tuple, told["beside"]))
    return Job(**told)


def state(folder: Path) -> State | None:
    """What the job of a folder has come to; None where there was none."""
    path = folder / STATE
    try:
        found = State(**disk.read(path))
        written = path.stat().st_mtime
    except (OSError, ValueError, TypeError):
        return None
    if found.status != "running" or time.time() - written < SECONDS_TO_START:
        return found
    try:
        with FileLock(folder / LOCK, timeout=0):
            return State(found.kind, "interrupted", found.step, subject=found.subject)
    except Timeout:
        return found


def write(folder: Path, found: State) -> None:
    disk.write(folder / STATE, json.dumps(asdict(found), default=str).encode(), mode=0o600)


def problems(found: State) -> list[Problem]:
    """The problems of files that a failed job tells."""
    return [Problem(**each) for each in found.problems]
