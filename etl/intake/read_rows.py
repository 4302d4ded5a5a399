"""One file's `raw` table through its contract: accepted, refused and repaired rows, in SQL.

The layers, each a table or a view of the same connection: raw -> texts (clean, by field) -> places,
domain_texts, approval_texts (distinct writings, looked up once) -> typed (values, and one column of
reason codes per field) -> issues -> three Parquet files.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

import duckdb

from etl.intake.cells import Cells
from etl.intake.column_notes import ColumnNotes
from etl.intake.contract import SQL_TYPES, Contract, Field, Reading, Scale

from etl.intake.contract import name, quote, reading  # isort: skip
from etl.intake.file_notes import FEWEST, FileNotes
from etl.intake.looked_up import Lookups
from etl.intake.mapping import Mapping
from etl.intake.merging import Merged, merge
from etl.intake.number_marks import NumberMarks
from etl.intake.refusals import USED
from etl.intake.row_checks import checked_moments, row_checked
from etl.intake.sidecar import Sidecar
from etl.intake.units import as_written, says
from etl.problems import Note

FEW_AMONG = 4  # one in so many at most are odd ones among others
FAR = 10  # times as large as any other, or as small


@dataclass(frozen=True)
class Counts:
    """Rows, but for the values repaired; read = accepted + refused, merged are among accepted."""

    read: int
    accepted: int
    refused: int
    repaired: int
    merged: int


class Validation:
    """Compiles and runs the passes over one file."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        contract: Contract,
        mapping: Mapping,
        sidecar: Sidecar,
    ) -> None:
        self.con, self.contract, self.mapping = con, contract, mapping
        self.sidecar = sidecar
        self.cells = Cells(con, contract, mapping, sidecar)
        has_territory = bool(contract.lookup_fields("territory"))
        level = self.plain_reading(contract["territory_level"]).value if has_territory else ""
        self.lookups = Lookups(con, contract, mapping, level)
        self.merged = Merged(0, [])

    def type_rows(self) -> None:
        """Fills `texts` and `typed`, row by row: of one file or, in another schema, of several."""
        self.con.execute(f"SET TimeZone = {quote(self.sidecar.time_zone)}")
        self.cells.fill()
        self.lookups.fill()
        self.con.execute(self.typed_sql())

    def run(self) -> None:
        """Judges the typed rows of a file as a whole: fills `issues` and `refused_rows`."""
        self.con.execute(f"SET TimeZone = {quote(self.sidecar.time_zone)}")
        self.cells.name_missing()
        marks = NumberMarks(self.con, self.contract, self.mapping, self.sidecar)
        self.number_notes = [*marks.judged(), *self.other_scales()]
        self.con.execute(self.issues_sql())
        self.repeated_keys()

    # -- typed ---------------------------------------------------------------------------------

    def plain_reading(self, field: Field) -> Reading:
        if field.name not in self.mapping.texts:  # spares the patterns of what is not there
            return Reading(f"NULL::{SQL_TYPES[field.type]}", "NULL")
        if self.sidecar.times.get(field.name) == 1:
            field = replace(field, scale=None)  # its unit was looked at
        column, verbs = self.mapping.columns[field.name], self.sidecar
        return reading(field, f"x_{field.name}", verbs.decimal, verbs.date_format, column)

    def typed_sql(self) -> str:
        plain = [field for field in self.contract.fields if field.lookup is None]
        casts, issues, values = [], [], []
        for field in plain:
            read = self.plain_reading(field)
            casts.append(f"{read.value} AS {name('c_' + field.name)}")
            issue = f"({read.issue})"
            if field.required:
                issue = (
                    f"CASE WHEN {name('x_' + field.name)} IS NULL THEN 'missing_required' "
                    f"ELSE {issue} END"
                )
            if field.name == self.contract.key[0] and (beside := self.cells.beside_key()):
                is_total = f"is_like_total({name('c_' + field.name)})"
                issue = (
                    f"CASE WHEN coalesce({', '.join(beside)}) IS NULL AND {is_total} "
                    f"THEN 'no_row' ELSE {issue} END"
                )
            issues.append(f"{issue} AS {name('i_' + field.name)}")
            values.append(self.value_sql(field))
        for parts in self.lookups.columns():
            for target, part in zip((casts, issues, values), parts, strict=True):
                target.extend(part)
        joins = self.lookups.joins()
        inner = f"SELECT texts.*, {', '.join(casts)} FROM texts{joins}"
        judged = f"SELECT *, {', '.join(issues)} FROM ({inner})"
        checked = checked_moments(self.contract)
        valued = (
            f"SELECT rid, line, {', '.join(values)}, "
            f"{', '.join(name('i_' + f) for f in self.contract.names)}"
            f"{''.join(f', length(x_{f}) <= 10 AS is_day_{f}' for f in checked)}"
            f"{''.join(f', x_{f} AS written_{f}' for f in sorted(set(checked.values())))} "
            f"FROM ({judged})"
        )
        ordered = row_checked(self.contract, self.sidecar.time_zone, valued)
        return f"CREATE OR REPLACE TABLE typed AS {ordered}"

    def value_sql(self, field: Field) -> str:
        """The value, unless something is wrong with it; of a list, the part that is known."""
        cast, issue = name("c_" + field.name), name("i_" + field.name)
        if field.is_list:
            return f"CASE WHEN len({cast}) > 0 THEN {cast} END AS {name(field.name)}"
        return (
            f"CASE WHEN {issue} IS NULL THEN {cast} END::{SQL_TYPES[field.type]} "
            f"AS {name(field.name)}"
        )

    def other_scales(self) -> list[Note]:
        """Sets aside every number of a column that looks like one in another unit, and tells so;
        those that say their unit are kept."""
        scales = {
            field.name: field.scale
            for field in self.contract.fields
            if field.scale
            and field.name in self.mapping.texts
            and self.sidecar.times.get(field.name) != 1
        }
        if not scales:
            return []
        parts = []
        for field, scale in scales.items():
            # only a number that is odd by itself has been told as one already
            value = name(field)
            odd = "false" if scale.single is None else f"{name('i_' + field)} = 'other_scale'"
            met = f"({scale.is_met(value)} OR {odd})"
            even = f"({odd} OR {value} % {scale.multiple} = 0)" if scale.multiple else "true"
            parts += [
                f"count(*) FILTER ({value} IS NOT NULL OR {odd})",
                f"count(*) FILTER ({met})",
                f"count(*) FILTER ({met} AND {even})",
            ]
        counts = self.con.execute(f"SELECT {', '.join(parts)} FROM typed").fetchone() or ()
        notes, found = [], iter(counts)
        for (field, scale), filled, met, even in zip(
            scales.items(), found, found, found, strict=False
        ):
            if filled < FEWEST or met * 2 <= filled or even < 0.9 * met:
                notes += self.few_of_other_scale(field, scale) if met else []
                continue
            issue, sure = name("i_" + field), says(self.contract[field].unit, name("x_" + field))
            is_bare = (
                f"{name(field)} IS NOT NULL AND rid NOT IN (SELECT rid FROM texts WHERE {sure})"
            )
            self.con.execute(
                "CREATE OR REPLACE TABLE typed AS SELECT * REPLACE ("
                f"CASE WHEN NOT ({is_bare}) THEN {name(field)} END AS {name(field)}, "
                f"CASE WHEN {is_bare} THEN 'other_scale' ELSE {issue} END AS {issue}) FROM typed"
            )
            names = {
                "field": field,
                "met": met,
                "filled": filled,
                "times": as_written(Fraction(scale.times)),
                "scale": scale.unit,
            }
            notes.append(Note("other_scale", names))
        return notes

    def few_of_other_scale(self, field: str, scale: Scale) -> list[Note]:
        """Numbers that stand far from all others of their column and would be among them in another
        unit: told, and used as they are."""
        value, factor, odd = name(field), Fraction(scale.times), scale.is_met(name(field))
        times = f"{factor.numerator}::DOUBLE / {factor.denominator}"
        even = f" AND {value} % {scale.multiple} = 0" if scale.multiple else ""
        is_far = f"{value} >= {FAR} * most" if scale.above else f"{FAR} * {value} <= least"
        rest = (
            f"SELECT count({value}) AS filled, min({value}) FILTER (NOT {odd} AND {value} > 0) "
            f"AS least, max({value}) FILTER (NOT {odd}) AS most FROM typed"
        )
        met, filled, lines, first = self.con.execute(
            "SELECT count(*), any_value(filled), list(line ORDER BY line)[:5], "
            f"arg_min({value}, line) FROM typed, ({rest}) WHERE {odd}{even} AND {is_far} "
            f"AND {value} * {times} BETWEEN least / 2 AND 2 * most"
        ).fetchone() or (0, 0, [], None)
        if not met or filled < FEW_AMONG * met:
            return []
        told = {"met": met, "filled": filled, "value": f"{first:g}"}
        told["lines"] = ", ".join(map(str, lines))
        return [Note("few_of_other_scale", {"field": field, **told, "scale": scale.unit})]

    # -- issues --------------------------------------------------------------------------------

    def issues_sql(self) -> str:
        fields = self.contract.names
        bad = " OR ".join(f"{name('i_' + field)} IS NOT NULL" for field in fields)
        columns = ", ".join(f"typed.{name('i_' + field)}" for field in fields)
        self.con.execute(
            f"CREATE OR REPLACE TABLE bad AS SELECT texts.*, {columns} "
            f"FROM (SELECT * FROM typed WHERE {bad}) AS typed JOIN texts USING (rid)"
        )
        # most fields have no issue at all, and a part for each would cost more than a small file
        counts = ", ".join(f"count({name('i_' + field)})" for field in fields)
        met = self.con.execute(f"SELECT {counts} FROM bad").fetchone() or ()
        parts = [
            f"SELECT rid, line, {quote(field)} AS field, x_{field} AS value, "
            f"i_{field} AS reason_code, {self.contract[field].required} AS is_refused, "
            f"NULL::BIGINT AS first_line FROM bad WHERE i_{field} IS NOT NULL"
            for field, count in zip(fields, met, strict=True)
            if count or field == fields[0]
        ]
        return f"CREATE OR REPLACE TABLE issues AS {' UNION ALL '.join(parts)}"

    def repeated_keys(self) -> None:
        """The first row of a key is kept, among the rows that can be used at all; none where all
        that a row has beside its key is a number of people, and they differ: each may be a part."""
        others = [field for field in self.contract.fields if field.name not in self.contract.key]
        is_number = len(others) == 1 and others[0].unit == "people"
        differ = f"count(DISTINCT {name(others[0].name)}) > 1" if is_number else "false"
        key = [self.key_column(field) for field in self.contract.key]
        columns = ", ".join(key)
        refused = "(SELECT rid FROM issues WHERE is_refused)"
        self.con.execute(
            f"CREATE OR REPLACE TABLE repeated AS SELECT {columns}, min(rid) AS first_rid, "
            f"min(line) AS first_line, {differ} AS differs FROM typed WHERE rid NOT IN {refused} "
            f"GROUP BY {columns} HAVING count(*) > 1"
        )
        same = " AND ".join(f"typed.{c} IS NOT DISTINCT FROM repeated.{c}" for c in key)
        if self.cells.number("SELECT count(*) FROM repeated"):
            rows = f"FROM typed JOIN repeated ON {same} WHERE rid NOT IN {refused}"
            self.merged = merge(self.con, self.contract, self.sidecar.merge, rows)
        shown = ", ".join(f"typed.{c}::VARCHAR" for c in key)
        self.con.execute(
            f"INSERT INTO issues SELECT rid, line, {quote(self.contract.key[0])}, "
            f"concat_ws(' | ', {shown}), CASE WHEN differs THEN 'parts_of_key' ELSE 'repeated_key' "
            "END, true, first_line "
            f"FROM typed JOIN repeated ON {same} AND (differs OR typed.rid > first_rid) "
            f"WHERE rid NOT IN {refused}"
        )
        self.con.execute(
            "CREATE OR REPLACE TABLE refused_rows AS "
            "SELECT DISTINCT rid FROM issues WHERE is_refused"
        )

    def key_column(self, field: str) -> str:
        return "domain_code" if self.contract[field].lookup == "domains" else name(field)

    # -- results -------------------------------------------------------------------------------

    def counts(self) -> Counts:
        row = self.con.execute(
            "SELECT (SELECT count(*) FROM typed), (SELECT count(*) FROM refused_rows), "
            "(SELECT count(*) FROM malformed), "
            f"(SELECT count(*) FROM issues WHERE {USED})"
        ).fetchone()
        assert row is not None
        typed, refused, malformed, repaired = row
        typed += self.merged.rows
        return Counts(
            typed + malformed, typed - refused, refused + malformed, repaired, self.merged.rows
        )

    def notes(self) -> list[Note]:
        """What the reader of the file should know of it as a whole."""
        notes = [*self.cells.notes(), *self.number_notes, *self.merged.notes]
        told = FileNotes(self.con, self.contract, self.mapping, self.sidecar, self.lookups)
        named = ColumnNotes(self.con, self.contract, self.mapping, self.sidecar)
        return [*notes, *told.notes(), *named.notes()]

    def newest(self, before: date | None = None) -> date | None:
        """The newest date of the accepted rows in the fields that date a file, or None; only those
        ``before`` a day where one is given."""
        until = f"DATE '{before or '9999-12-31'}'"
        last_day = {
            "date": f"max({{0}}) FILTER ({{0}} < {until})",
            # moments are in UTC, days are those of Paris
            "datetime": f"timezone('Europe/Paris', timezone('UTC', max({{0}}) FILTER"
            f" ({{0}} < timezone('UTC', timezone('Europe/Paris', {until}::TIMESTAMP)))))::DATE",
            "integer": f"make_date(max({{0}}) FILTER ({{0}} < year({until})), 1, 1)",
        }
        dates = [
            last_day[field.type].format(name(field.name))
            for field in self.contract.fields
            if field.dates_the_file
        ]
        if not dates:
            return None
        row = self.con.execute(
            f"SELECT greatest({', '.join(dates)}) FROM typed WHERE {USED}"
        ).fetchone()
        return row[0] if row else None

    def later_ends(self, as_of: date) -> list[tuple[str, int, date]]:
        """Fields of an end, which may be planned, that lie after the day of the file: how many, and
        the last of them."""
        found: list[tuple[str, int, date]] = []
        for field in ("left_on", "ceased_on"):
            if field in self.mapping.texts and field in self.contract.names:
                met, newest = self.con.execute(
                    f"SELECT count(*), max({field}) FROM typed WHERE {field} > $as_of AND {USED}",
                    {"as_of": as_of},
                ).fetchone() or (0, None)
                if newest:
                    found.append((field, met, newest))
        return found
