"""What many readers cost, while two builds are published: ``python -m tests.readers --help``."""

import argparse
import asyncio
import os
import shutil
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from etl.build.make import build
from etl.sample import sample
from tests.browsing import process
from tests.readers import crowd
from tests.readers.machine import files, watched
from tests.readers.reader import opened

AIM_S = 1.0  # within which 95 of 100 clicks are to be answered
AT_ONCE = 10


def main() -> None:
    """Prints a table, and what went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.readers", description=__doc__)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--pause", type=float, default=6, help="seconds between two clicks")
    parser.add_argument("--market", type=Path, help="a folder with raw and warehouse")
    parser.add_argument("--most", action="store_true", help="the most readers within the aim")
    parser.add_argument("--sessions", type=int, default=0, help="let so many come and go")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        home = Path(folder)
        market(options.market, home)
        if options.sessions:
            come_and_go(home, options.sessions)
        elif options.most:
            most(home, options.readers, options.seconds, options.pause)
        else:
            read(home, options.readers, options.seconds, options.pause)


def market(source: Path | None, home: Path) -> None:
    """The drops and the build that are read: a copy of a market's, or the sample's."""
    if source:
        for name in ("raw", "warehouse"):
            shutil.copytree(source / name, home / name, symlinks=True)
        return
    sample(home / "raw", providers=1500, requests=12_000, cooperatives=60)
    build(home / "raw", home / "warehouse")


def read(home: Path, readers: int, seconds: float, pause_s: float) -> None:
    """Readers, and two builds that are published meanwhile."""
    raws = [crowd.changed(home / "raw", home / f"raw-{n}", 0.05 * n) for n in (1, 2)]
    with process(home / "warehouse", logs=home / "logs") as (address, server):
        warm_up(address)
        with watched(server.pid) as watch, watched(os.getpid()) as own:
            many = crowd.Crowd(address, home / "warehouse", readers, pause_s)
            began = time.monotonic()
            tally = asyncio.run(many.read(seconds, raws))
            lasted = time.monotonic() - began
        told(tally, readers, lasted)
        print(
            f"CPU, in {lasted:.0f} s on {os.cpu_count()} cores: server {watch.cpu:.0f} s, its plans"
            f" {watch.of_children:.0f} s, builds {own.of_children:.0f} s, readers {own.cpu:.0f} s\n"
            f"memory of the server, MB: {watch.before:.0f} before, {watch.most:.0f} at most"
            f" ({(watch.most - watch.before) / readers:.1f} per reader), {watch.after:.0f} at the"
            f" end\nevery reader on the last build {tally.until_seen(readers):.1f} s after it was"
            " published"
        )


def told(tally: crowd.Tally, readers: int, lasted: float) -> None:
    """A line of the table, and what went wrong."""
    clicks, errors = tally.all_clicks(), tally.errors()
    print(
        f"{readers} readers, {len(clicks)} clicks ({len(clicks) / lasted:.1f} a second),"
        f" {len(errors)} errors, {len(tally.mixed())} pages of two builds, {len(tally.stale())} of"
        f" one before; 50 of 100 clicks within {tally.percentile(0.5):.2f} s, 95 within"
        f" {tally.percentile(0.95):.2f} s, all within {tally.percentile(1):.2f} s",
        flush=True,
    )
    for error, times in Counter([*errors, *tally.mixed(), *tally.stale()]).most_common(20):
        print(f"    {times} x {error}")


def most(home: Path, first: int, seconds: float, pause_s: float) -> None:
    """Ever more readers, until 95 of 100 clicks take longer than the aim; then between the two."""
    with process(home / "warehouse", logs=home / "logs") as (address, server):
        warm_up(address)
        good, bad = 0, 0
        while not bad or bad - good > max(2, good // 10):
            readers = (good + bad) // 2 if bad else max(first, 2 * good)
            with watched(server.pid) as watch, watched(os.getpid()) as own:
                many = crowd.Crowd(address, home / "warehouse", readers, pause_s)
                tally = asyncio.run(many.read(seconds))
            told(tally, readers, seconds)
            print(f"    CPU: server {watch.cpu:.0f} s, readers {own.cpu:.0f} s", flush=True)
            is_good = tally.percentile(0.95) <= AIM_S and not tally.errors()
            good, bad = (readers, bad) if is_good else (good, readers)
    print(f"the most readers with 95 of 100 clicks within {AIM_S:.0f} s: {good}")


def come_and_go(home: Path, sessions: int) -> None:
    """Readers who open three pages and leave, some at once; twice as many as asked, so that what
    the first of them filled is told apart from what each leaves behind."""
    with process(home / "warehouse", logs=home / "logs") as (address, server):
        warm_up(address)
        for _ in range(2):
            with watched(server.pid) as watch:
                asyncio.run(_visits(address, sessions))
            print(
                f"{sessions} sessions came and went: {watch.before:.0f} MB before,"
                f" {watch.most:.0f} at most, {watch.after:.0f} after; {files(server.pid)} files"
                " are open",
                flush=True,
            )


async def _visits(address: str, sessions: int) -> None:
    room = asyncio.Semaphore(AT_ONCE)

    async def visit(number: int) -> None:
        async with room, opened(address) as reader:
            for page in ("", "coverage", sorted(crowd.VIEWS)[number % len(crowd.VIEWS)]):
                await reader.open(page, lang="en")

    await asyncio.gather(*(visit(number) for number in range(sessions)))


def warm_up(address: str) -> None:
    """One reader opens every page once, as an operator does after a start."""

    async def look() -> None:
        async with opened(address) as reader:
            for page in crowd.VIEWS:
                await reader.open(page, lang="en")

    asyncio.run(look())


if __name__ == "__main__":
    main()
