"""Many readers at once: who clicks what, and what all of them saw."""

import asyncio
import random
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from websockets.exceptions import ConnectionClosed

from tests.readers.reader import Reader, Shown, opened

FOR_EVER = float("inf")
PATIENCE_S = 60  # a deadline against hanging: until every reader has seen the last build
# Each view of a page that readers open by a link, all its filters in the address.
VIEWS: dict[str, list[dict[str, str]]] = {
    "": [{}, {"scope": "gardening"}, {"scope": "family_home", "period": "24"}],
    "coverage": [
        {"scope": "all", "in": "country-FR"},
        {"scope": "gardening", "in": "region-53", "measure": "gap"},
        {"scope": "house_cleaning", "in": "departement-35", "view": "cell"},
        {"scope": "all", "in": "region-11", "view": "domains"},
    ],
    "compare": [{}, {"scope": "gardening"}],
    "recruit": [
        {"scope": "gardening", "in": "departement-35"},
        {"scope": "house_cleaning", "in": "departement-69"},
    ],
    "search": [{"q": "menage rennes"}, {"q": "jardinage"}, {"q": "soutien scolaire"}],
    "cooperatives": [{}, {"view": "survival"}, {"view": "jobs"}, {"in": "region-53"}],
    "projects": [{}, {"view": "openings"}],
    "quality": [{}],
    "bring": [{}],
}  # fmt: skip
CHANGED = ("cooperatives", "project_steps", "projects", "providers", "requests")
PARTNERS = ("cooperatives", "projects")  # founders look at them as partners too
# What is chosen in a list of a page, once it stands.
CHOICES = {
    "": ("Providers needed", "2"),
    "coverage": ("Providers needed", "5"),
    "cooperatives": ("Domain", "All domains"),
}
# A plan gets better while its page stands; what others searched in vain stands below a search.
UNSETTLED = ("recruit", "search")


@dataclass
class Tally:
    """What all readers saw: the clicks of each, and what went wrong outside of any page."""

    clicks: dict[int, list[Shown]] = field(default_factory=lambda: defaultdict(list))
    broken: list[str] = field(default_factory=list)
    served: list[tuple[float, str]] = field(default_factory=list)  # since when which build

    def all_clicks(self) -> list[Shown]:
        return [click for clicks in self.clicks.values() for click in clicks]

    def errors(self) -> list[str]:
        """What went wrong, with the page on which it did."""
        told = [
            f"{click.page or 'overview'} {click.asked}: {error}"
            for click in self.all_clicks()
            for error in click.errors
        ]
        lost = [
            f"{click.page or 'overview'} {click.asked}: tells no build"
            for click in self.all_clicks()
            if not click.errors and not click.builds
        ]
        return [*self.broken, *told, *lost]

    def mixed(self) -> list[str]:
        """Pages with figures of two builds: that name two, or that say, of one build and at one
        address, not what the same page says else."""
        said: dict[tuple[str, ...], set[str]] = defaultdict(set)
        found = []
        for click in self.all_clicks():
            place = f"{click.page or 'overview'} {sorted(click.asked.items())}"
            if len(click.builds) > 1:
                found.append(f"{place}: {sorted(click.builds)}")
            elif click.page not in UNSETTLED and not click.errors:
                said[(place, *click.builds)].add(click.digest)
        return [*found, *(" of ".join(key) for key, texts in said.items() if len(texts) > 1)]

    def stale(self) -> list[str]:
        """Clicks that were begun when a build was served for long, and showed one before it; not
        those of partners, who may read an edition of a build before."""
        found = []
        for click in self.all_clicks():
            if _is_partners(click):
                continue
            newest = [build for since, build in self.served if since < click.began][-1:]
            before = {build for since, build in self.served if since < click.began}
            if click.builds & before - {*newest}:
                found.append(f"{click.page or 'overview'}: {click.builds}, not {newest}")
        return found

    def until_seen(self, readers: int) -> float:
        """Seconds after the last publication until each of so many readers had seen it; infinite
        where one has not."""
        since, build = self.served[-1]
        seen = [
            min(
                (one.ended - since for one in clicks if _shows(one, build, since)), default=FOR_EVER
            )
            for clicks in self.clicks.values()
        ]
        return max(seen) if len(seen) == readers else FOR_EVER

    def percentile(self, share: float) -> float:
        """Seconds within which that share of the clicks was answered."""
        taken = sorted(click.seconds for click in self.all_clicks())
        return taken[min(len(taken) - 1, int(share * len(taken)))] if taken else 0.0


def _is_partners(click: Shown) -> bool:
    return click.asked.get("as") == "partner"


def _shows(click: Shown, build: str, since: float) -> bool:
    """Whether a click shows a build; what partners read may be an edition of one before."""
    return build in click.builds or (_is_partners(click) and click.began > since)


class Crowd:
    """Readers of one server, over a warehouse whose publications are noted. Between two clicks a
    reader pauses for half of ``pause_s`` to one and a half of it."""

    def __init__(self, address: str, warehouse: Path, readers: int, pause_s: float) -> None:
        self.address, self.warehouse = address, warehouse
        self.readers, self.pause_s = readers, pause_s
        self.tally = Tally()
        self.is_over = asyncio.Event()

    async def read(self, seconds: float, raws: Sequence[Path] = ()) -> Tally:
        """Lets all of them read for so long, and until each of the folders of drops was built and
        published, one after the other, and every reader has seen the last build."""
        async with asyncio.TaskGroup() as group:
            noting = group.create_task(self._note_publications())
            reading = [group.create_task(self._read(number)) for number in range(self.readers)]
            building = group.create_task(self._build(raws))
            await asyncio.sleep(seconds)
            await building
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE_S):
                    while self.tally.until_seen(self.readers) == FOR_EVER:
                        await asyncio.sleep(0.2)
            self.is_over.set()
            await asyncio.wait(reading)
            noting.cancel()
        return self.tally

    async def _build(self, raws: Sequence[Path]) -> None:
        for raw in raws:
            asked = ("--raw", str(raw), "--warehouse", str(self.warehouse))
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "etl", "build", *asked,
                stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
            )  # fmt: skip
            _, said = await process.communicate()
            if process.returncode:
                self.tally.broken.append(f"the build of {raw}: {said.decode()}")

    async def _note_publications(self) -> None:
        while True:
            build = (self.warehouse / "current").readlink().name
            if not self.tally.served or self.tally.served[-1][1] != build:
                self.tally.served.append((time.monotonic(), build))
            await asyncio.sleep(0.05)

    async def _read(self, number: int) -> None:
        """One reader: all pages in an order of their own, then again, until it is over."""
        chance = random.Random(number)
        language = chance.choice(["en", "fr"])
        try:
            async with opened(self.address, language) as reader:
                await self._pause(chance, chance.random())
                while not self.is_over.is_set():
                    for page in chance.sample(sorted(VIEWS), len(VIEWS)):
                        await self._visit(reader, page, chance, number)
        except (ConnectionClosed, OSError, TimeoutError) as error:
            self.tally.broken.append(f"reader {number}: {type(error).__name__} {error}")

    async def _visit(self, reader: Reader, page: str, chance: random.Random, number: int) -> None:
        if self.is_over.is_set():
            return
        view = "partner" if page in PARTNERS and chance.random() < 0.5 else "own"
        asked = {"lang": reader.language[:2], "as": view, **chance.choice(VIEWS[page])}
        mine = self.tally.clicks[number]
        mine.append(await reader.open(page, **asked))
        await self._pause(chance)
        if page in CHOICES and reader.language == "en" and not mine[-1].errors:
            mine.append(await reader.choose(*CHOICES[page]))
            await self._pause(chance)

    async def _pause(self, chance: random.Random, share: float | None = None) -> None:
        wanted = self.pause_s * (chance.uniform(0.5, 1.5) if share is None else share)
        with suppress(TimeoutError):
            async with asyncio.timeout(wanted):
                await self.is_over.wait()


def changed(raw: Path, to: Path, share: float) -> Path:
    """A copy of drops in which the newest file of each source of CHANGED lost a share of its rows,
    the last of them: figures of every page are others."""
    shutil.copytree(raw, to)
    for source in CHANGED:
        newest = max((to / source).glob("*.csv"))
        lines = newest.read_bytes().splitlines(keepends=True)
        newest.write_bytes(b"".join(lines[: len(lines) - max(1, int(share * len(lines)))]))
    return to
