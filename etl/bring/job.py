"""A trial, a placing, a taking back or a settling, in a process of its own:
python -m etl.bring.job FOLDER

FOLDER/job.json says what to do, FOLDER/state.json how far it has come; a server that was started
again, and every session, reads the same. Who works holds FOLDER/.job.lock, so that a process that
was killed is known from one that works.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock, Timeout

from etl import disk, paths
from etl.bring import history, outcome, placing, slim, trial
from etl.bring.folders import Folders
from etl.build import holding, make, territory, warehouse
from etl.intake import lake, told
from etl.problems import FileProblem, InputErrors, Problem, Told
from etl.settings import load as load_settings

JOB, STATE, LOCK = "job.json", "state.json", ".job.lock"
SLIM = "used"  # the folder of a file of the columns used
MEMORY_SHARE = 0.75  # of the machine's: a build too large ends itself, not the server
SECONDS_TO_START = 30
SECONDS_BETWEEN = 0.5


@dataclass(frozen=True)
class Job:
    """What to do with the file of a folder. kind: "try", "bring", "take_back", "settle"; `file` is
    where it lies, or its name below raw where it is taken back; `sidecar` the text that goes with
    it, or that is settled; `used` the columns to store in place of all, `header` stands for the
    names of its columns. `beside` are more files that come with it, each with its source, name and
    sidecar."""

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

    @property
    def subject(self) -> dict[str, Any]:
        """What a trial is of: it is worth nothing for another."""
        named = {name: getattr(self, name) for name in ("file", "source", "name", "sidecar")}
        return named | {"used": [*self.used], "beside": [[*one] for one in self.beside]}


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


def start(folder: Path, job: Job) -> None:
    """Begins a job in a folder; nothing where one runs there. It goes on when the server ends."""
    if (running := state(folder)) and running.status == "running":
        return
    ask(folder, job)
    with (folder / "job.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "etl.bring.job", str(folder)],
            cwd=paths.ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
    threading.Thread(target=process.wait, daemon=True).start()


def ask(folder: Path, job: Job) -> None:
    """Writes down what to do."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(folder, State(job.kind, "running", "waiting", subject=job.subject))
    told = asdict(job) | {"places": job.places.as_json()}
    disk.write(folder / JOB, json.dumps(told).encode(), mode=0o600)


def state(folder: Path) -> State | None:
    """What the job of a folder has come to; None where there was none."""
    path = folder / STATE
    try:
        found = State(**json.loads(path.read_bytes()))
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


def _write(folder: Path, found: State) -> None:
    disk.write(folder / STATE, json.dumps(asdict(found), default=str).encode(), mode=0o600)


@dataclass(frozen=True)
class _Given:
    path: Path
    name: str
    text: str
    unreadable: int = 0


class _Runner:
    """Does one job and writes down how far it is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        told = json.loads((folder / JOB).read_bytes())
        told["places"] = Folders.of_json(told["places"])
        told["used"] = tuple(told["used"])
        told["beside"] = tuple(map(tuple, told["beside"]))
        self.job = Job(**told)
        self.written = 0.0

    def run(self) -> State:
        work = {"try": self.attempt, "bring": self.bring, "take_back": self.take_back}
        work["settle"] = self.settle
        try:
            result = work[self.job.kind]()
        except InputErrors as errors:
            return self.state("failed", problems=[asdict(each) for each in errors.problems])
        except Told as error:
            arguments = json.loads(json.dumps(error.arguments, default=str))
            return self.state("failed", code=error.code, arguments=arguments)
        except (OSError, MemoryError, duckdb.Error) as error:
            code = "disk_full" if disk.is_full(error) else "bring_broken"
            if isinstance(error, MemoryError | duckdb.OutOfMemoryException):
                code = "bring_memory"
            names = {"folder": str(self.job.places.data), "detail": str(error)[:300]}
            return self.state("failed", code=code, arguments=names)
        return self.state("done", result=result)

    def state(self, status: str, **more: Any) -> State:
        return State(self.job.kind, status, subject=self.job.subject, **more)

    def report(self, step: str, fraction: float) -> None:
        if time.monotonic() - self.written > SECONDS_BETWEEN:
            self.written = time.monotonic()
            _write(self.folder, self.state("running", step=step, fraction=min(fraction, 1.0)))

    def attempt(self) -> dict[str, Any]:
        """Reads the file and builds with it, in a warehouse of its own."""
        places, folder = self.job.places, self.folder / trial.FOLDER
        given = self.given()
        placed, *_beside = trial.prepare(places, folder, self.files(given))
        private = trial.warehouse_of(folder)
        drops = lake.ingest(
            folder / "raw", private, progress=lambda done, n, name: self.report(name, 0.1)
        )
        own = next(one for one in drops if placed in (one.file, *one.duplicates))
        result: dict[str, Any] = {
            "file": placed,
            "lake": str(own.folder),
            "twin": own.file if own.file != placed else next(iter(own.duplicates), ""),
            "counts": {
                name: getattr(own, name)
                for name in ("read", "accepted", "refused", "repaired", "filtered", "merged")
            },
            "as_of": str(own.as_of) if own.has_day else "",
            "as_of_origin": own.as_of_origin,
            "unknown_columns": own.unknown_columns,
            "notes": [asdict(note) for note in own.notes],
            "unreadable": given.unreadable,
            "keys": outcome.keys(own, drops),
            "first_rows": outcome.first_rows(own),
            "profile": told.profile(own.folder),
            "groups": told.groups(own.folder),
            "places": outcome.places(own),
        }
        served = warehouse.served_build(places.warehouse)
        if served:
            real = warehouse.build_folder(places.warehouse, served)
            result["before"] = outcome.headline(real)
            result["before_is_sample"] = warehouse.manifest(places.warehouse, served).get(
                "synthetic"
            )
        made = self.build(folder / "raw", private, holds=False, settled=places.settings)
        settings = load_settings()
        result["held"] = [
            one
            for one in made["departures"]
            if one["file"] == own.file
            and holding.is_mass(one["known"], one["leaving"], settings)
            and served
        ]
        result["build"] = made
        if result["build"]["published"]:
            result["after"] = outcome.headline(
                warehouse.build_folder(private, result["build"]["build"])
            )
        return result

    def files(self, given: _Given) -> list[placing.Given]:
        """What becomes drops: the file, and those that come with it."""
        text = f"confirmed = true\n{given.text}" if self.job.is_confirmed else given.text
        more = [(source, Path(file), name, said) for file, source, name, said in self.job.beside]
        return [(self.job.source, given.path, given.name, text), *more]

    def given(self) -> _Given:
        """The file as it came, or one of the columns used alone."""
        job = self.job
        if not job.used:
            return _Given(Path(job.file), job.name, job.sidecar)
        name = f"{placing.cut(job.name)[0]}.parquet"
        out = self.folder / SLIM / name
        try:
            made = slim.slim(Path(job.file), job.source, job.sidecar, job.used, out)
        except FileProblem as problem:
            raise InputErrors([problem.of(job.name)]) from problem
        return _Given(out, name, made.sidecar, made.unreadable)

    def build(
        self,
        raw: Path,
        folder: Path,
        tried: Path | None = None,
        *,
        holds: bool = True,
        settled: Path | None = None,
    ) -> dict[str, Any]:
        def progress(step: str, part: float) -> None:
            self.report(step, 0.2 + 0.8 * part)

        made = make.build(raw, folder, progress, holds=holds, tried=tried, settled=settled)
        return made.as_json()

    def bring(self) -> dict[str, Any]:
        """Makes the file a drop and builds; takes it away again where that is not published."""
        places, job = self.job.places, self.job
        files = self.files(self.given())
        with warehouse.lock(places.warehouse):
            targets = [placing.place(places.raw, *one) for one in files]
            names = [target.relative_to(places.raw).as_posix() for target in targets]
            tried = self.folder / trial.FOLDER
            trial.hand_over_lake(places, tried)
            try:
                result = self.build(places.raw, places.warehouse, trial.warehouse_of(tried))
            except BaseException:
                placing.unplace(targets)
                raise
            if not result["published"]:
                placing.unplace(targets)
                return result | {"file": names[0]}
        is_noted = all(
            history.note(
                places, "brought", job.account, source=source, file=name, build=result["build"],
                header=job.header,
            )
            for name, (source, *_) in zip(names, files, strict=True)
        )  # fmt: skip
        shutil.rmtree(self.folder / trial.FOLDER, ignore_errors=True)
        return result | {"file": ", ".join(names), "is_noted": is_noted}

    def take_back(self) -> dict[str, Any]:
        """Moves the drop aside and builds without it; it comes back where that is not published."""
        places, job = self.job.places, self.job
        with warehouse.lock(places.warehouse):
            moved = placing.take_back(places, job.file, self.folder)
            try:
                result = self.build(places.raw, places.warehouse)
            except BaseException:
                placing.put_back(places, self.folder, moved)
                raise
            if not result["published"]:
                placing.put_back(places, self.folder, moved)
                return result | {"file": job.file}
        history.note(
            places, "taken_back", job.account, source=job.source, file=job.file,
            with_it=moved[1:], build=result["build"],
        )  # fmt: skip
        return result | {"file": job.file, "with_it": moved[1:]}

    def settle(self) -> dict[str, Any]:
        """Builds with what is settled; the file changes once that is published."""
        places, job = self.job.places, self.job
        settled = self.folder / territory.FILE
        disk.write(settled, job.sidecar.encode())
        with warehouse.lock(places.warehouse):
            result = self.build(places.raw, places.warehouse, settled=settled)
            if result["published"]:
                disk.write(places.settings, job.sidecar.encode())
        if result["published"]:
            history.note(places, "settled", job.account, build=result["build"])
        return result


def problems(found: State) -> list[Problem]:
    """The problems of files that a failed job tells."""
    return [Problem(**each) for each in found.problems]


def _behind_the_server() -> None:
    """Lower priority, bounded memory, and the first to go where memory runs out."""
    os.nice(10)
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    resource.setrlimit(resource.RLIMIT_DATA, (int(total * MEMORY_SHARE), resource.RLIM_INFINITY))
    try:
        Path("/proc/self/oom_score_adj").write_text("500")
    except OSError:
        return  # not every system has it


def work(folder: Path) -> None:
    """Does the job of a folder, in this process."""
    with FileLock(folder / LOCK):
        _write(folder, _Runner(folder).run())


if __name__ == "__main__":
    _behind_the_server()
    work(Path(sys.argv[1]))
