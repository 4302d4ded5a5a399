"""A trial, a placing or a taking back, in a process of its own: python -m etl.bring.job FOLDER

What is to be done stands in the folder, as `state` says.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import sys
import time
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock

from etl import disk, faults
from etl.bring import history, outcome, placing, recovery, slim, trial
from etl.bring.states import LOCK, RESERVE, State, job_of, write
from etl.build import holding, make, territory, warehouse
from etl.intake import lake, told
from etl.problems import FileProblem, InputErrors, Told
from etl.settings import load as load_settings

SLIM = "used"  # the folder of a file of the columns used
MEMORY_SHARE = 0.75  # of the machine's: a build too large ends itself, not the server
SECONDS_BETWEEN = 0.5


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
        self.job = job_of(folder)
        self.written = 0.0

    def run(self) -> State:
        found = self.outcome()
        if self.job.kind == "try" and found.status != "done":  # it is good for nothing
            shutil.rmtree(self.folder / trial.FOLDER, ignore_errors=True)
        return found

    def outcome(self) -> State:
        work = {"try": self.attempt, "bring": self.bring, "take_back": self.take_back}
        work["settle"] = self.settle
        try:
            result = work[self.job.kind]()
        except InputErrors as errors:
            return self.state("failed", problems=[asdict(each) for each in errors.problems])
        except Told as error:
            arguments = json.loads(json.dumps(error.arguments, default=str))
            code = "bring_full" if error.code == "disk_full" else error.code
            return self.state("failed", code=code, arguments=arguments)
        except (OSError, MemoryError, duckdb.Error) as error:
            code = "bring_full" if disk.is_full(error) else "bring_broken"
            if isinstance(error, MemoryError | duckdb.OutOfMemoryException):
                code = "bring_memory"
            names = {"folder": str(self.job.places.data), "fault": faults.of(error)}
            return self.state("failed", code=code, arguments=names)
        return self.state("done", result=result)

    def state(self, status: str, **more: Any) -> State:
        return State(self.job.kind, status, subject=self.job.subject, **more)

    def report(self, step: str, fraction: float) -> None:
        if time.monotonic() - self.written > SECONDS_BETWEEN:
            self.written = time.monotonic()
            with contextlib.suppress(OSError):  # whoever looks sees it later
                write(self.folder, self.state("running", step=step, fraction=min(fraction, 1.0)))
            if self.job.kind == "try":
                trial.check_disk(self.folder)

    def attempt(self) -> dict[str, Any]:
        """Reads the file and builds with it, in a warehouse of its own."""
        places, folder = self.job.places, self.folder / trial.FOLDER
        trial.check_disk(self.folder)
        given = self.given()
        placed, *beside = trial.prepare(places, folder, self.files(given))
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
            "more": len(beside),
            "is_corrected": "corrects" in tomllib.loads(given.text),
            "keys": outcome.keys(own, drops),
            "first_rows": outcome.first_rows(own),
            "profile": told.profile(own.folder),
            "groups": told.groups(own.folder),
            "places": outcome.places(own),
        }
        served = warehouse.served_build(private)  # that of the moment when drops were looked at
        result["served"] = served or ""
        if served:
            build = warehouse.build_folder(private, served)
            result["before"] = outcome.headline(build)
            if result["before"]:
                result["months_before"] = outcome.months(build)
            result["before_is_sample"] = warehouse.manifest(private, served).get("synthetic")
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
            build = warehouse.build_folder(private, result["build"]["build"])
            result["after"] = outcome.headline(build)
            result["months"] = outcome.months(build)
            found = self.folder / trial.FOLDER / "repaired.parquet"
            result["counts"]["repaired"] = outcome.repaired(build, own.file, found)
            result["groups"] = told.groups(own.folder, found)
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
            recovery.recover(places)
            if job.tried_on and warehouse.served_build(places.warehouse) != job.tried_on:
                raise Told("bring_moved_on")
            targets = placing.free(places.raw, files)
            names = [target.relative_to(places.raw).as_posix() for target in targets]
            recovery.note(self.folder, names)
            tried = self.folder / trial.FOLDER
            try:
                for target, (_source, file, _name, text) in zip(targets, files, strict=True):
                    placing.place(target, file, text)
                trial.hand_over_lake(places, tried)
                result = self.build(places.raw, places.warehouse, trial.warehouse_of(tried))
            except BaseException:
                if recovery.serves(places, names):
                    self.note_brought(names, files)
                else:
                    placing.unplace(targets)
                recovery.settled(self.folder)
                raise
            is_noted = result["published"] and self.note_brought(names, files)
            if not result["published"]:
                placing.unplace(targets)
                # nobody is to be told of a list that is not there
                left = [one for one in result["held"] if one["file"] not in names]
                holding.note(places.warehouse, [holding.Departure(**one) for one in left])
            recovery.settled(self.folder)
        shutil.rmtree(self.folder / trial.FOLDER, ignore_errors=True)
        return result | {"file": ", ".join(names), "is_noted": is_noted}

    def note_brought(self, names: list[str], files: list[placing.Given]) -> bool:
        """Writes into the history what was brought; whether it could be."""
        job = self.job
        served = warehouse.served_build(job.places.warehouse)
        return all(
            history.note(
                job.places, "brought", job.account, source=source, file=name, build=served,
                header=job.header,
            )
            for name, (source, *_) in zip(names, files, strict=True)
        )  # fmt: skip

    def take_back(self) -> dict[str, Any]:
        """Moves the drop aside and builds without it; it comes back where that is not published."""
        places, job = self.job.places, self.job
        with warehouse.lock(places.warehouse):
            recovery.recover(places)
            moved = placing.take_back(places, job.file, self.folder)
            try:
                result = self.build(places.raw, places.warehouse)
            except BaseException:
                if recovery.serves(places, moved):
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
            recovery.recover(places)
            result = self.build(places.raw, places.warehouse, settled=settled)
            if result["published"]:
                disk.write(places.settings, job.sidecar.encode())
        if result["published"]:
            history.note(places, "settled", job.account, build=result["build"])
        return result


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
        found = _Runner(folder).run()
        with contextlib.suppress(OSError):
            write(folder, found)
            return
        (folder / RESERVE).unlink(missing_ok=True)  # the disk is full: room enough to say so
        write(folder, found)


if __name__ == "__main__":
    _behind_the_server()
    work(Path(sys.argv[1]))
