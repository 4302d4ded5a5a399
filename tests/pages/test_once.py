"""What many ask for at the same moment is worked out once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from pages.shared.once import once

MANY = 8


def ask_at_once(function, *args):
    """What each of MANY threads hears that ask together."""
    ready = threading.Barrier(MANY)

    def ask(_: int):
        ready.wait()
        try:
            return function(*args)
        except ValueError as error:
            return str(error)

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(ask, range(MANY)))


def test_who_asks_meanwhile_waits_and_hears_the_same() -> None:
    worked, go_on = [], threading.Event()

    @once(2)
    def work(number: int) -> list[int]:
        worked.append(number)
        go_on.wait(0.2)
        return [number]

    found = ask_at_once(work, 7)
    assert worked == [7] and all(one is found[0] for one in found)
    assert work(8) == [8] and work(9) == [9] and work(7) == [7]
    assert worked == [7, 8, 9, 7]  # two are kept


def test_who_waited_in_vain_tries_alone_and_no_error_is_kept() -> None:
    worked, go_on = [], threading.Event()

    @once(2)
    def work(number: int) -> int:
        worked.append(number)
        go_on.wait(0.2)
        if len(worked) <= MANY:
            raise ValueError(f"busy, {len(worked)}")
        return number

    assert all(one.startswith("busy") for one in ask_at_once(work, 7)) and len(worked) == MANY
    assert work(7) == 7 and work(7) == 7 and len(worked) == MANY + 1


def test_one_that_asks_itself_for_less_is_answered() -> None:
    @once(8)
    def work(number: int) -> int:
        return number + work(number - 1) if number else 0

    assert ask_at_once(work, 4) == [10] * MANY
    with pytest.raises(TypeError):
        work([])  # type: ignore[arg-type]
