"""What a part of a stock tells beside it, by hand: shares of jobs and full-time jobs."""

from pathlib import Path

import pandas as pd
import pytest

from tests.disclosing import Firm, Publisher, rows_of, status

SHARES = {"jobs": "", "shares": "-- decimals: 2\n-- at_most: share = jobs\n"}
FULL_TIME = {"jobs": "", "fte": "-- country_only: fte\n-- at_most: fte = jobs\n"}
EIGHT = [(f"{code}-{n}", code, 10 + n) for code in ("53", "84") for n in range(4)]


def told_beside(
    folder: Path, heads: dict[str, str], jobs: list[Firm], part: list[float | None],
    agreed: tuple[str, ...] = (),
) -> dict[str, str]:  # fmt: skip
    """What becomes of a measure of which each of these firms has so much, or is not known."""
    measure = "share" if "shares" in heads else "fte"
    having = [(f, r, own) for (f, r, _), own in zip(jobs, part, strict=True) if own is not None]
    rows = rows_of(having, measure, next(name for name in heads if name != "jobs"))
    if measure == "share":
        rows["base"] = rows["contributor"].map({firm: float(number) for firm, _, number in jobs})
    cells = Publisher(folder, heads).edition(pd.concat([rows_of(jobs), rows]), agreed)[1]
    return status(cells[cells["measure"] == measure])


@pytest.mark.parametrize(
    ("more", "told"), [([], "withheld"), ([("24", 20, 1), ("27", 20, 1)], "shown")]
)
def test_ratios_of_few_groups_tell_of_jobs_in_other_groups(
    tmp_path: Path, more: list[tuple[str, float, float]], told: str
) -> None:
    """The shares of 32 and of the rest tell about how many jobs are in 32: 118 in 32, 52 and 75
    leave the one of 52 no more than 100 for the 84 of 75."""
    firms = [("32", 6, 2), ("32", 11, 7), ("32", 11, 4), ("52", 6, 3), ("75", 84, 61)]
    firms += [("76", 31, 13), ("76", 17, 10), ("76", 9, 3), *more]
    jobs = [(f"f{n}", code, number) for n, (code, number, _) in enumerate(firms)]
    found = told_beside(tmp_path, SHARES, jobs, [own for *_, own in firms])
    assert (found["FR"], found["32"]) == ("shown", told)


@pytest.mark.parametrize(("absent", "told"), [(1, "withheld"), (3, "shown")])
def test_ratios_of_few_groups_tell_of_jobs_that_stand_in_none(
    tmp_path: Path, absent: int, told: str
) -> None:
    jobs = [*EIGHT, *[(f"z{n}", "84", 12) for n in range(absent)]]
    found = told_beside(tmp_path, SHARES, jobs, [5] * 8 + [None] * absent)
    assert found == {"FR": "shown", "53": told, "84": told}


@pytest.mark.parametrize(("absent", "told"), [(1, "withheld"), (3, "shown")])
def test_full_time_jobs_tell_of_jobs_that_have_none(tmp_path: Path, absent: int, told: str) -> None:
    jobs = [*EIGHT, *[(f"z{n}", "84", 12) for n in range(absent)]]
    found = told_beside(tmp_path, FULL_TIME, jobs, [9] * 8 + [None] * absent)
    assert found == {"FR": told}


@pytest.mark.parametrize(("agreed", "told"), [((), "shown"), (("b2", "b3"), "withheld")])
def test_who_agreed_takes_no_full_time_job_over(
    tmp_path: Path, agreed: tuple[str, ...], told: str
) -> None:
    """Only b2 and b3 have fewer full-time jobs than jobs: could they have more, a0 could have 8."""
    jobs = [(f"a{n}", "53", 10) for n in range(4)]
    jobs += [(f"b{n}", "84", 15 if n in (2, 3) else 12) for n in range(5)]
    fte = [10, None, None, None, 12, 12, 10, 10, 12]
    assert told_beside(tmp_path, FULL_TIME, jobs, fte, agreed) == {"FR": told}
