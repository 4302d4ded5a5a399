"""Runs `python -m etl` and kills it before a step that it takes on files below a folder.

`python -m tests.killed FOLDER NUMBER ARGUMENTS...`: the number of the step, from 1; with 0 nothing
is killed, and the last line tells how many steps there were. A step is whatever Python is about to
do to a name or to a file's content; what DuckDB writes by itself is none.
"""

import atexit
import os
import runpy
import signal
import sys

NAMES = {
    "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.symlink", "os.link", "os.truncate",
    "shutil.rmtree", "shutil.move", "shutil.copyfile",
}  # fmt: skip
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def kill_at(folder: str, number: int) -> None:
    """Kills this process before that step."""
    steps = 0

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
        nonlocal steps
        if is_step(event, arguments):
            steps += 1
            if steps == number:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    if not number:
        atexit.register(lambda: print(f"steps {steps}"))


if __name__ == "__main__":
    place, step, *rest = sys.argv[1:]
    kill_at(place, int(step))
    sys.argv = ["etl", *rest]
    runpy.run_module("etl", run_name="__main__", alter_sys=True)
