"""How a command tells what it is doing: a bar on a terminal, plain lines elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

from etl import console


@contextmanager
def shown(*, quiet: bool = False) -> Iterator[Callable[[str, float], None] | None]:
    """Gives a callable (step, fraction done from 0 to 1), or None when `quiet`."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        with tqdm(total=100, bar_format="{l_bar}{bar}| {elapsed}", leave=False) as bar:

            def draw(step: str, fraction: float) -> None:
                bar.set_description_str(console.step(step))
                bar.update(100 * fraction - bar.n)

            yield draw
    else:
        told: list[str] = []

        def tell(step: str, fraction: float) -> None:
            if told[-1:] != [step]:
                told.append(step)
                console.complain(f"{100 * fraction:3.0f} % {console.step(step)}")

        yield tell
