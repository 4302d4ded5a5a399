"""Runs `python -m etl` and stops before each step that it takes on files below a folder.

`python -m tests.killed FOLDER ARGUMENTS...`. A step is whatever Python is about to do to a name or
to a file's content. Whoever started it copies the folder, which is what a kill would leave, and
lets it go on. What DuckDB writes by itself is no step: one meets that by stopping at any moment.
"""

import os
import random
import runpy
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from etl.paths import ROOT

NAMES = {
    "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.symlink", "os.link", "os.truncate",
    "shutil.rmtree", "shutil.move", "shutil.copyfile",
}  # fmt: skip
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
POLLED_S = 0.001


def stop_at_steps(folder: str) -> None:
    """Stops this process, with all its threads, before each step."""

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
            signal.raise_signal(signal.SIGSTOP)  # to this thread, which goes no step further

    sys.addaudithook(hook)


def stops(root: Path, arguments: list[str], every: float = 0, seed: int = 0) -> Iterator[str]:
    """Runs the command and gives a word each time that it stands still: before each step or, where
    a mean number of seconds is given, at moments drawn from its first step on. It goes on when the
    next word is asked for, and is killed where none is."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.killed", str(root), *arguments], cwd=ROOT,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=os.environ | {"MAILLAGE_DATA": str(root)},
    )  # fmt: skip
    draw, step, moment, due = random.Random(seed), 0, 0, float("inf")
    try:
        while True:
            is_due = time.monotonic() > due
            if is_due:
                child.send_signal(signal.SIGSTOP)
            pid, status = os.waitpid(child.pid, os.WUNTRACED | (0 if is_due else os.WNOHANG))
            if not pid:
                time.sleep(POLLED_S)
                continue
            if not os.WIFSTOPPED(status):
                child.returncode = os.waitstatus_to_exitcode(status)
                assert child.returncode == 0, (arguments, child.returncode)
                return
            step, moment = step + (not is_due), moment + is_due
            if is_due or not every:
                yield f"{arguments}: step {step}, moment {moment} of seed {seed}"
            if every and (is_due or step == 1):
                due = time.monotonic() + draw.expovariate(1 / every)
            child.send_signal(signal.SIGCONT)
    finally:
        if child.returncode is None:
            child.kill()
            child.wait()


if __name__ == "__main__":
    stop_at_steps(sys.argv[1])
    sys.argv = ["etl", *sys.argv[2:]]
    runpy.run_module("etl", run_name="__main__", alter_sys=True)
