"""Runs `python -m etl` and kills it before a step that it takes on files below a folder.

`python -m tests.killed FOLDER STEP ARGUMENTS...`: the number of the step, from 1; with 0 nothing is
killed, and the last lines tell how many steps there were. A step is whatever Python is about to do
to a name or to a file's content. What DuckDB writes by itself is none: `w1`, `w2`... kill in its
writes, as often as a file of its own was seen to have changed.
"""

import atexit
import os
import runpy
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

NAMES = {
    "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.symlink", "os.link", "os.truncate",
    "shutil.rmtree", "shutil.move", "shutil.copyfile",
}  # fmt: skip
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
OWN = {".duckdb", ".wal", ".tmp", ".parquet"}  # endings of what DuckDB writes
seen = {"steps": 0, "writes": 0}


def met(kind: str, number: int) -> None:
    """Counts a step, and kills this process at the one that is asked for."""
    seen[kind] += 1
    if seen[kind] == number:
        os.kill(os.getpid(), signal.SIGKILL)


def kill_at(folder: str, number: int) -> None:
    """Kills this process before that step."""

    def is_step(event: str, arguments: tuple) -> bool:
        if event == "open":
            is_write = bool(arguments[2] & WRITES)
            return is_write and str(arguments[0]).startswith(folder)
        # names within a folder that is open are relative: only files of the warehouse go so
        named = [
            os.fsdecode(one) for one in arguments if isinstance(one, (str, bytes, os.PathLike))
        ]
        is_below = any(one.startswith(folder) for one in named)
        return event in NAMES and (is_below or not any(map(os.path.isabs, named)))

    def hook(event: str, arguments: tuple) -> None:
        if is_step(event, arguments):
            met("steps", number)

    sys.addaudithook(hook)


def kill_in_write(folder: str, number: int) -> None:
    """Kills this process when DuckDB has changed a file for that time, as far as one can see."""

    def sizes() -> Iterator[tuple[str, int]]:
        for path in Path(folder).rglob("*.*"):
            if path.suffix in OWN:
                yield str(path), path.stat().st_size

    def watch() -> None:
        before: dict[str, int] = dict(sizes())
        while True:
            try:
                now = dict(sizes())
            except OSError:  # gone since it was listed
                continue
            for path in now:
                if now[path] != before.get(path):
                    met("writes", number)
            before = now

    Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    place, step, *rest = sys.argv[1:]
    if step.startswith("w"):
        kill_in_write(place, int(step[1:]))
    else:
        kill_at(place, int(step))
    atexit.register(lambda: print(*(f"{kind} {count}" for kind, count in seen.items())))
    sys.argv = ["etl", *rest]
    runpy.run_module("etl", run_name="__main__", alter_sys=True)
