"""What a process costs, as the kernel tells of it."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ESTABLISHED = "01"
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> tuple[float, float]:
    """User and system time of a process, and of its children that ended."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    user, system, of_children, system_of_children = (int(one) / TICKS for one in told[11:15])
    return user + system, of_children + system_of_children


def memory_mb(pid: int) -> float:
    """What a process holds in memory now."""
    told = Path(f"/proc/{pid}/status").read_text()
    held = next(line for line in told.splitlines() if line.startswith("VmRSS:"))
    return int(held.split()[1]) / 1024


def connections(pid: int) -> int:
    """How many connections of others a process holds open."""
    tables = (Path(f"/proc/{pid}/net/{name}").read_text() for name in ("tcp", "tcp6"))
    rows = (line.split() for table in tables for line in table.splitlines()[1:])
    open_ones = {f"socket:[{row[9]}]" for row in rows if row[3] == ESTABLISHED}
    return len(open_ones & set(_files(pid)))


def files(pid: int) -> int:
    """How many files and sockets a process has open."""
    return len(_files(pid))


def _files(pid: int) -> list[str]:
    found = []
    for one in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            found.append(str(one.readlink()))
    return found


class Watch:
    """What a process cost meanwhile: ``cpu`` in seconds, its own and that ``of_children`` that
    ended, and ``before``, ``most`` and ``after`` in MB."""

    def __init__(self, pid: int) -> None:
        self.pid, self.began = pid, cpu_seconds(pid)
        self.before = self.most = self.after = memory_mb(pid)
        self.cpu = self.of_children = 0.0

    def look(self) -> None:
        self.after = memory_mb(self.pid)
        self.most = max(self.most, self.after)
        now = cpu_seconds(self.pid)
        self.cpu, self.of_children = (n - b for n, b in zip(now, self.began, strict=True))


@contextmanager
def watched(pid: int, every_s: float = 0.25) -> Iterator[Watch]:
    """Watches a process until the end of the block."""
    watch, is_over = Watch(pid), threading.Event()

    def look_on() -> None:
        while not is_over.wait(every_s):
            watch.look()

    looking = threading.Thread(target=look_on, daemon=True)
    looking.start()
    try:
        yield watch
    finally:
        is_over.set()
        looking.join()
        watch.look()
