"""Attacks random worlds: what three editions of each tell, and which cells tell it.

python -m tests.attack.run --worlds 30 --seed 1 [--firms 20] [--keep DIR]
"""

import argparse
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.attack.attacking import Attack, Found, read
from tests.attack.differences import few
from tests.attack.explained import cells, kind
from tests.attack.model import Model
from tests.attack.worlds import HABITS, World, draw
from tests.editions import Made, make_all


@dataclass(frozen=True)
class Outcome:
    """A world, its editions, and what an attack on them came to."""

    world: World
    made: list[Made]
    model: Model
    attack: Attack

    @property
    def found(self) -> Found:
        return self.attack.found


def attacked(
    world: World, folder: Path, *, in_whole: bool = False, by_then: bool = False
) -> Outcome:
    """Makes the editions of a world below `folder` and attacks them; in_whole: as Model has it;
    by_then: the first edition and the first two by themselves, too, before others agreed."""
    made = make_all(folder, world.editions)
    pairs = [(one.founders, one.partners) for one in made if not one.waits]
    for count in range(1 if by_then else len(pairs), len(pairs) + 1):
        model = read(pairs[:count])
        model.in_whole = in_whole
        attack = Attack(model)
        found = attack.run()
        found.left = few(model)
        if found.told or found.left:
            break
    found.waiting = [f"edition {n}: {one.waits}" for n, one in enumerate(made, 1) if one.waits]
    return Outcome(world, made, model, attack)


def lines(outcome: Outcome, seconds: float) -> list[str]:
    """What is said of a world: its own line, then one for each figure told and what is amiss."""
    world, found = outcome.world, outcome.found
    head = (
        f"seed {world.seed}: {world.firms} firms, {len(world.regions)} regions,"
        f" {found.asked} asked ({found.exact} by programmes), {len(found.told)} told,"
        f" {len(found.left)} left by differences, {len(found.unsound)} unsound,"
        f" {len(found.waiting)} waiting, {seconds:.1f} s"
    )
    more = []
    for told in found.told:
        why = cells(outcome.attack, told) if told.is_proved else []
        more += [f"  told to {told}"[:300], f"    kind: {kind(told, why)}"]
        more += [f"    {one}" for one in why]
    more += [f"  left: {text}" for text in found.left]
    more += [f"  unsound: {text}" for text in found.unsound]
    return [head, *more, *(f"  waits: {text}" for text in found.waiting)]


def main(arguments: list[str] | None = None) -> int:
    """1 where something is told."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--worlds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1, help="of the first world")
    parser.add_argument("--firms", type=int, help="as many in each world; default 15 to 60")
    parser.add_argument("--keep", type=Path, help="where the editions are to stay")
    parser.add_argument(
        "--whole", action="store_true", help="persons are whole: three times slower"
    )
    parser.add_argument(
        "--by-then", action="store_true", help="fewer editions, too, before others agreed"
    )
    parser.add_argument("--habits", choices=[*HABITS, "each"], default="plain")
    asked = parser.parse_args(arguments)
    leaking = 0
    for seed in range(asked.seed, asked.seed + asked.worlds):
        names = sorted(HABITS)
        name = names[seed % len(names)] if asked.habits == "each" else asked.habits
        started = time.process_time()
        with tempfile.TemporaryDirectory() as scratch:
            folder = asked.keep / f"world{seed}" if asked.keep else Path(scratch)
            outcome = attacked(
                draw(seed, asked.firms, HABITS[name]),
                folder,
                in_whole=asked.whole,
                by_then=asked.by_then,
            )
        leaking += bool(outcome.found.told or outcome.found.left)
        print(name, end=" ")
        print("\n".join(lines(outcome, time.process_time() - started)), flush=True)
    print(f"{asked.worlds} worlds, {leaking} with something told")
    return int(leaking > 0)


if __name__ == "__main__":
    raise SystemExit(main())
