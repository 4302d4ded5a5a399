"""What the accepted rows of one file became, counted while it is read: profile.parquet of a drop.

One row per (field, measure, value). Measures: `value`, the rows of one value (the most frequent
ones; NULL stands for none), and `others`, the rows of the rest, their number as value; `min`,
`median` (the lower of the two in the middle; of every nth row where there are very many) and `max`
of numbers, days and moments (wall clock of Paris), over the rows that have one; `filled` and
`empty`, the rows with and without a value; `midnight`, the moments without a time of day; `with
<field>`, the rows of an outcome that have a date. The span between two dates of a row is a field
“later - earlier”, in hours between moments and in days between days. Names, identifiers and other
texts are counted and never shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import duckdb

from etl.intake.contract import Contract, Field, name, quote

KEPT = 12  # values of a field; the rest is one row
# So many values tell a median to a fraction of a percent; of all of a million it would cost as much
# as reading their text.
ENOUGH = 50_000
NUMBERS, DATES = ("integer", "number"), ("date", "datetime")
# the field that says how a row ended: each of its values is counted with the dates beside it
OUTCOMES = {"requests": "status", "providers": "is_active", "cooperatives": "is_active"}
TERRITORIES = {"commune": "communes", "departement": "departements", "region": "regions"}
WALL_CLOCK = "timezone('Europe/Paris', timezone('UTC', {}))"  # moments are in UTC
COLUMNS = (
    "field VARCHAR, measure VARCHAR, value VARCHAR, label_en VARCHAR, label_fr VARCHAR, rows BIGINT"
)


class Range(NamedTuple):
    """Values in SQL with a least and a largest one; `shown` turns one into what a reader knows."""

    field: str
    value: str
    shown: str


class Profile:
    """Counts the table `typed` of a validated file; `fields` are those the file has."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, contract: Contract, fields: Iterable[str]
    ) -> None:
        self.con, self.contract = con, contract
        held = set(fields)
        self.fields = [f for f in contract.fields if f.name in held and f.lookup != "place"]
        self.ranges = [*self.values_in_order(), *self.spans()]

    def write(self, path: Path) -> None:
        """Writes the profile as a Parquet file. Refused rows leave `typed`, which is read last."""
        self.con.execute(f"CREATE OR REPLACE TABLE profile ({COLUMNS})")
        self.con.execute("DELETE FROM typed WHERE rid IN (FROM refused_rows)")
        self.ordered(self.counts())
        self.values({**self.places(), **self.listed()})
        self.outcomes()
        self.con.execute(
            "COPY (FROM profile ORDER BY field, measure, rows DESC, value) "
            f"TO {quote(path)} (FORMAT parquet)"
        )

    def add(self, select: str, **given: object) -> None:
        self.con.execute(f"INSERT INTO profile {select}", given or None)

    def counts(self) -> list[int]:
        """What is only counted: the rows, those with and without a value, moments of midnight.
        Returns how many values each of the ranges has."""
        counted = {("", "rows"): "count(*)"}
        for field in self.fields:
            column = name(field.name)
            if field.type in DATES + NUMBERS or not self.has_values(field):
                counted[field.name, "empty"] = f"count(*) - count({column})"
            if field.type == "datetime":
                # asked only of full hours, which midnight in Paris always is
                counted[field.name, "midnight"] = (
                    f"count(CASE WHEN epoch_us({column}) % 3600000000 = 0 "
                    f"AND {WALL_CLOCK.format(column)}::TIME = '00:00' THEN 1 END)"
                )
            elif field.type not in DATES + NUMBERS and not self.has_values(field):
                counted[field.name, "filled"] = f"count({column})"
        selects = [*counted.values(), *(f"count({each.value})" for each in self.ranges)]
        rows = self.con.execute(f"SELECT {', '.join(selects)} FROM typed").fetchone() or ()
        self.add(
            "SELECT unnest($fields), unnest($measures), NULL, NULL, NULL, unnest($rows)",
            fields=[field for field, _ in counted],
            measures=[measure for _, measure in counted],
            rows=list(rows[: len(counted)]),
        )
        return list(rows[len(counted) :])

    def has_values(self, field: Field) -> bool:
        """Whether the values of a field are few, and say nothing of a person."""
        return bool(field.enum) or field.type == "boolean" or field.lookup == "domains"

    def places(self) -> dict[str, str]:
        """SQL of how precisely the rows are placed, and of where most of them are."""
        if not self.contract.has_place:
            return {}
        # a commune says its département and its région: they need not be grouped too
        self.con.execute(
            "CREATE OR REPLACE TABLE placed AS SELECT place_precision, commune_code, "
            "departement_code, region_code, rows FROM (SELECT place_precision, commune_code, "
            "count(*) AS rows FROM typed WHERE commune_code IS NOT NULL GROUP BY ALL) "
            "INNER JOIN reference.communes USING (commune_code) UNION ALL "
            "SELECT place_precision, NULL, departement_code, region_code, count(*) FROM typed "
            "WHERE commune_code IS NULL GROUP BY ALL"
        )
        levels = {
            level: f"SELECT {level}_code, rows FROM placed WHERE {level}_code IS NOT NULL"
            for level in TERRITORIES
        }
        return {"place": "SELECT place_precision, rows FROM placed", **levels}

    def listed(self) -> dict[str, str]:
        """SQL of how many rows have each value of the fields with few, of a list each item; NULL
        where there is none."""
        found = {}
        for field in filter(self.has_values, self.fields):
            column = name(field.name)
            if field.lookup == "domains":
                column = "domain_codes" if field.is_list else "domain_code"
            if field.is_list:
                column = f"unnest(CASE WHEN len({column}) > 0 THEN {column} ELSE [NULL] END)"
            found[field.name] = (
                "SELECT value::VARCHAR, count(*) "
                f"FROM (SELECT {column} AS value FROM typed) GROUP BY value"
            )
        return found

    def values(self, counted: dict[str, str]) -> None:
        """The most frequent values, then the others as one; rows without stand beside them."""
        if not counted:
            return
        labels = {
            level: f"SELECT {level}_code, name, name FROM reference.{table}"
            for level, table in TERRITORIES.items()
        } | {
            field.name: "SELECT domain_code, label_en, label_fr FROM reference.domains"
            for field in self.contract.lookup_fields("domains")
        }
        named = {field: select for field, select in labels.items() if field in counted}
        self.add(
            "WITH ranked AS (SELECT *, value IS NULL OR row_number() OVER "
            f"(PARTITION BY field, value IS NULL ORDER BY rows DESC, value) <= {KEPT} AS is_kept "
            "FROM (SELECT field, value, sum(rows) AS rows "
            f"FROM ({_by_field(counted)}) AS counted (field, value, rows) GROUP BY field, value)) "
            "SELECT field, 'value', value, label_en, label_fr, rows FROM ranked LEFT JOIN "
            f"({_by_field({'': 'SELECT NULL, NULL, NULL', **named})}) "
            "AS labels (field, value, label_en, label_fr) USING (field, value) WHERE is_kept "
            "UNION ALL SELECT field, 'others', count(*)::VARCHAR, NULL, NULL, sum(rows) "
            "FROM ranked WHERE NOT is_kept GROUP BY field"
        )

    def ordered(self, rows: list[int]) -> None:
        """The least, middle and largest value of each range, all in one pass over the rows."""
        ranges = [(each, count) for each, count in zip(self.ranges, rows, strict=True) if count]
        if not ranges:
            return
        found = ", ".join(
            f"[min({each.value}), quantile_disc({each.value}, 0.5) "
            f"FILTER (rid % {max(1, count // ENOUGH)} = 0), max({each.value})] AS found_{place}"
            for place, (each, count) in enumerate(ranges)
        )
        self.con.execute(f"CREATE OR REPLACE TABLE ends AS SELECT {found} FROM typed")
        told = []
        for place, (each, count) in enumerate(ranges):
            ends = ", ".join(each.shown.format(f"found_{place}[{end}]") for end in (1, 2, 3))
            told.append(
                f"SELECT {quote(each.field)}, unnest(['min', 'median', 'max']), "
                f"unnest([{ends}])::VARCHAR, NULL, NULL, {count} FROM ends"
            )
        self.add(" UNION ALL ".join(told))

    def values_in_order(self) -> Iterator[Range]:
        for field in self.fields:
            if field.type in DATES + NUMBERS:
                shown = WALL_CLOCK if field.type == "datetime" else "{}"
                yield Range(field.name, name(field.name), shown)

    def spans(self) -> Iterator[Range]:
        """How long it took from one date of a row to another, where the contract orders both."""
        held = {field.name for field in self.fields}
        for check in self.contract.row_checks:
            kind = self.contract[check.field].type
            if kind not in DATES or not {check.field, check.other} <= held:
                continue
            later, earlier = check.field, check.other
            if check.order == "not_after":
                later, earlier = earlier, later
            span, shown = f"{name(later)} - {name(earlier)}", "{}"
            if kind == "datetime":
                span, shown = (
                    f"(epoch_us({name(later)}) - epoch_us({name(earlier)}))",
                    "({} / 3600000000)",
                )
            yield Range(f"{later} - {earlier}", span, shown)

    def outcomes(self) -> None:
        """How many of the rows that ended in a way have each date."""
        outcome = OUTCOMES.get(self.contract.name)
        if outcome not in {field.name for field in self.fields}:
            return
        dates = [f.name for f in self.fields if f.type in DATES and not f.required]
        if dates:
            rows = ", ".join(f"count({name(date)})" for date in dates)
            self.add(
                f"SELECT '{outcome}', unnest($measures), {outcome}::VARCHAR, NULL, NULL, "
                f"unnest([{rows}]) FROM typed GROUP BY {outcome}",
                measures=[f"with {date}" for date in dates],
            )


def _by_field(selects: dict[str, str]) -> str:
    """One SELECT of several, each behind the name of its field."""
    return " UNION ALL ".join(
        f"SELECT {quote(field)}, * FROM ({select})" for field, select in selects.items()
    )
