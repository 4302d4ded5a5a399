"""Relations that nobody declared: sums of firms' figures that are other figures of theirs.

Whoever adds a measure to the list need not see that it follows from others. So every edition looks:
a measure that a sum or difference of others gives for every firm and year, exactly, is protected
as if the list said so (`-- relations:`), and told to the founders.
"""

import numpy as np
import pandas as pd

from etl.disclosure.published_tables import Relation, Table, Term

LAGS = (-1, 0, 1)
PRESENT = 0.8  # of the firms and years of a measure, of which another must be known
SPARE = 5  # rows more than there are other measures: fewer fit by chance
EXACT = 1e-6
Named = tuple[int, str]  # a measure so many years later
Terms = frozenset[tuple[str, int, int]]


def find(tables: list[Table], rows: pd.DataFrame) -> list[Relation]:
    """What holds for the sums of the tables of firms and no head declares. rows: contributions."""
    counted = {name for table in tables for name in table.names("counted")}
    sums = rows[rows["base"].isna() & ~rows["measure"].isin(counted)]
    if sums.empty:
        return []
    wide = sums.pivot_table("value", ["contributor", "period"], "measure", aggfunc="sum")
    wide.index = pd.MultiIndex.from_arrays(
        [wide.index.get_level_values(0), wide.index.get_level_values(1).astype(int)]
    )
    every = pd.concat({lag: _later(wide, lag) for lag in LAGS}, axis=1)
    known = {_normal([*r.own, *_turned(r.other)]) for table in tables for r in table.relations}
    found = []
    for measure in wide.columns:
        terms = _terms_of(every, measure)
        if terms and (mark := _normal([Term(measure, 0, 1), *_turned(terms)])) not in known:
            known.add(mark)
            found.append(Relation((Term(measure, 0, 1),), terms))
    return found


def text(relation: Relation) -> str:
    """As the head of a table would say it."""
    own, other = (" ".join(map(_word, side)) for side in (relation.own, relation.other))
    return f"{own} = {other}".replace("= + ", "= ").removeprefix("+ ")


def _word(term: Term) -> str:
    lag = f"[{term.lag:+d}]" if term.lag else ""
    return f"{'-' if term.sign < 0 else '+'} {term.measure}{lag}"


def _later(wide: pd.DataFrame, lag: int) -> pd.DataFrame:
    """The figures of so many years later, at each firm and year."""
    moved = wide.copy()
    moved.index = pd.MultiIndex.from_arrays(
        [wide.index.get_level_values(0), wide.index.get_level_values(1) - lag]
    )
    return moved.reindex(wide.index)


def _turned(terms: tuple[Term, ...]) -> list[Term]:
    return [Term(term.measure, term.lag, -term.sign) for term in terms]


def _normal(terms: list[Term]) -> Terms:
    """The same for a relation however it is turned or moved in time."""
    first = min(term.lag for term in terms)
    marks = sorted((term.measure, term.lag - first, term.sign) for term in terms)
    return frozenset((name, lag, sign * marks[0][2]) for name, lag, sign in marks)


def _terms_of(every: pd.DataFrame, measure: str) -> tuple[Term, ...]:
    """The fewest others that add up to a measure; () where none do."""
    asked = every[every[0, measure].notna()]
    others = asked.drop(columns=[(0, measure)])
    others = others.loc[:, others.notna().mean() >= PRESENT].dropna()
    goal = asked.loc[others.index, (0, measure)].to_numpy()
    if len(goal) < len(others.columns) + SPARE or not goal.any():
        return ()
    weights = _fitted(others, goal)
    if weights is None:
        return ()
    smallest_first = sorted((abs(weight), name) for name, weight in weights.items())
    for _, name in smallest_first:
        if (fewer := _fitted(others[[one for one in weights if one != name]], goal)) is not None:
            weights = fewer
    if any(min(abs(weight - 1), abs(weight + 1)) > EXACT for weight in weights.values()):
        return ()
    terms = [Term(name, lag, round(weight)) for (lag, name), weight in weights.items()]
    return tuple(sorted(terms, key=lambda term: (-term.sign, term.measure, term.lag)))


def _fitted(others: pd.DataFrame, goal: np.ndarray) -> dict[Named, float] | None:
    """With which weights the others add up to the goal; None where they do not."""
    if not len(others.columns):
        return None
    values = others.to_numpy()
    weights = np.linalg.lstsq(values, goal, rcond=None)[0]
    if np.abs(values @ weights - goal).max() > EXACT * np.abs(goal).max():
        return None
    lags, measures = (others.columns.get_level_values(level) for level in (0, 1))
    names = zip(map(int, lags), map(str, measures), strict=True)
    return dict(zip(names, weights.tolist(), strict=True))
