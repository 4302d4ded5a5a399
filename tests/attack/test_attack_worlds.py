"""Three editions of random small worlds tell nobody of a firm's figure to less than 20 %.

The seeds are the first of their kind. More by hand: python -m tests.attack.run
"""

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from etl.build import make, warehouse
from tests.attack import naive
from tests.attack.attacking import Attack, read
from tests.attack.reading import TABLES
from tests.attack.run import Outcome, attacked
from tests.attack.worlds import HABITS, draw
from tests.disclosing import cells_of
from tests.market import write_drops
from tests.sizes import SIZE

# of each the seed, and how many firms (None: 15 to 60)
WORLDS = [(seed, 15) for seed in (1, 2, 3)] + [(seed, None) for seed in range(1, 18)]
FIRST = WORLDS[0]


@cache
def outcome(seed: int, firms: int | None) -> Outcome:
    """A world whose editions are made and attacked once."""
    return attacked(draw(seed, firms), Path(mkdtemp(prefix="maillage-world-")))


def test_a_seed_always_draws_the_same_world() -> None:
    assert draw(7) == draw(7) != draw(8)


@pytest.mark.middle
@pytest.mark.parametrize(
    ("seed", "firms"), {"small": WORLDS[:1], "middle": WORLDS[:2]}.get(SIZE, WORLDS)
)
def test_three_editions_tell_of_nobody(seed: int, firms: int | None) -> None:
    found = outcome(seed, firms).found
    assert found.asked
    assert not found.unsound  # no file says what is not so, and none was misread
    assert not found.waiting
    assert not found.left
    assert not list(map(str, found.told))


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(set(HABITS) - {"plain"}))
def test_worlds_of_other_habits_tell_of_nobody(name: str, tmp_path: Path) -> None:
    found = attacked(draw(1, 20, HABITS[name]), tmp_path).found
    assert found.asked
    assert not [*found.unsound, *found.waiting, *found.left, *map(str, found.told)]


def test_the_attack_adds_up_what_founders_are_told() -> None:
    for one in outcome(*FIRST).made:
        assert not naive.differing(one.founders)


def test_cells_withheld_by_their_number_of_firms_alone_tell_of_some(tmp_path: Path) -> None:
    pairs = [
        (one.founders, naive.publish(one.founders, tmp_path / f"{number}.duckdb", f"{number}"))
        for number, one in enumerate(outcome(*FIRST).made)
    ]
    found = Attack(read(pairs)).run(enough=1)
    assert found.told
    assert not found.unsound


@pytest.mark.long
def test_a_build_tells_what_the_editions_of_worlds_tell(tmp_path: Path) -> None:
    """The editions are made of parts of a build."""
    ours = outcome(*FIRST)
    for drops, one in zip(ours.world.editions, ours.made, strict=True):
        raw = write_drops(tmp_path / "raw", drops)
        made = make.build(raw, tmp_path / "warehouse", edition_now=True, holds=False)
        assert made.partners["is_new"]
        built = (tmp_path / "warehouse" / "current").resolve() / warehouse.PARTNERS
        whole, parts = cells_of(built, TABLES), cells_of(one.partners, TABLES)
        assert whole.equals(parts)
