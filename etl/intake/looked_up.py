"""What a row names by a text: places, domains, approvals, territories; looked up once a file."""

from __future__ import annotations

from pathlib import Path

import duckdb

from etl.intake.contract import PLACE, PLACE_OUTPUT, Contract, Field, is_long, name, quote, within
from etl.intake.mapping import Mapping

HERE = Path(__file__).parent
APART = 2**40  # more than a file has rows: those of several that are read together lie so far apart
Columns = tuple[list[str], list[str], list[str]]  # casts, issues, values, in SQL


class Lookups:
    """Tables of the distinct texts of a file (`texts`), what they mean, and the joins to them."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, contract: Contract, mapping: Mapping, level: str
    ) -> None:
        """`level` is SQL of the level that a territory's code is of."""
        self.con, self.contract, self.mapping, self.level = con, contract, mapping, level

    def fill(self) -> None:
        if self.contract.has_place:
            # of a column that the file lacks every value is NULL: nothing to group by
            cells = {
                f: within(self.contract[f], f"x_{f}") for f in PLACE if f in self.mapping.texts
            }
            inputs = ", ".join(f"{cells.get(f, 'NULL::VARCHAR')} AS {f}" for f in PLACE)
            has_points = bool({"latitude", "longitude"} & cells.keys())
            self.make(
                "place_inputs",
                f"SELECT {inputs}, list(DISTINCT rid // {APART} ORDER BY rid // {APART}) AS files "
                "FROM texts "
                f"GROUP BY {', '.join(cells.values()) or 'x_country'}",
                "points.sql" if has_points else "no_points.sql",
            )
            self.run_script("place_texts.sql")
            if self.con.execute("SELECT count(*) FROM place_texts").fetchone() != (0,):
                for script in ("place_cities.sql", "place_facts.sql", "place_answers.sql"):
                    self.run_script(script)
            self.run_script("places.sql")
        for lookup, script in (("domains", "domains.sql"), ("approvals", "approvals.sql")):
            for field in self.looked_up_fields(lookup):
                text = f"x_{field.name}"
                select = f"SELECT DISTINCT {text} AS text FROM texts WHERE {text} IS NOT NULL"
                self.make(script.replace("s.sql", "_inputs"), select, script)
        if self.contract.lookup_fields("territory"):
            self.con.execute(self.territories_sql())

    def looked_up_fields(self, lookup: str) -> list[Field]:
        """Those that the file has a column for."""
        return self.mapping.given(self.contract, lambda field: field.lookup == lookup)

    def make(self, table: str, select: str, script: str) -> None:
        self.con.execute(f"CREATE OR REPLACE TABLE {table} AS {select}")
        self.run_script(script)

    def run_script(self, script: str) -> None:
        self.con.execute((HERE / script).read_text(encoding="utf-8"))

    def territories_sql(self) -> str:
        written = f"{self.level} AS level, upper(whole_code(x_territory_code)) AS code"
        return (
            "CREATE OR REPLACE TABLE territories AS SELECT x_territory_level AS level_given, "
            "x_territory_code AS code_given, territory_code, given.level = 'commune' "
            "AND lpad(given.code, 5, '0') <> territory_code AS is_part FROM ("
            f"SELECT DISTINCT x_territory_level, x_territory_code, {written} "
            "FROM texts) AS given LEFT JOIN territory_codes ON territory_codes.level = given.level "
            "AND territory_codes.code = CASE "
            "WHEN given.level IN ('region', 'departement') AND length(given.code) = 1 "
            "OR given.level = 'commune' AND length(given.code) = 4 THEN '0' || given.code "
            "ELSE given.code END"
        )

    def columns(self) -> list[Columns]:
        parts = []
        for field in self.contract.lookup_fields("domains"):
            known, unknown = "(NULL::VARCHAR[])", "FALSE"
            if field.name in self.mapping.texts:
                known, unknown = "domain_texts.domain_codes", "domain_texts.has_unknown"
            if field.is_list:
                cast, out = f"coalesce({known}, []::VARCHAR[])", "domain_codes"
                issue = unknown
            else:
                cast, out = f"CASE WHEN len({known}) = 1 THEN {known}[1] END", "domain_code"
                issue = f"{unknown} OR len({known}) > 1"
            parts.append(self.looked_up(field, cast, out, issue, "unknown_domain"))
        for field in self.contract.lookup_fields("approvals"):
            cast, issue = "NULL::VARCHAR[]", "FALSE"
            if field.name in self.mapping.texts:
                known, issue = "approval_texts.approvals", "approval_texts.has_unknown"
                cast = f"CASE WHEN len({known}) > 0 THEN {known} END"
            parts.append(self.looked_up(field, cast, field.name, issue, "unknown_approval"))
        for field in self.contract.lookup_fields("territory"):
            issue = "x_territory_code IS NOT NULL AND territories.territory_code IS NULL"
            casts, issues, values = self.looked_up(
                field, "territories.territory_code", field.name, issue, "unknown_territory"
            )
            part = "WHEN territory_is_part THEN 'part_of_territory' END AS"
            casts.append("coalesce(territories.is_part, false) AS territory_is_part")
            parts.append((casts, [one.replace("END AS", part) for one in issues], values))
        if self.contract.has_place:
            casts = [f"places.{c} AS c_{c}" for c in (*PLACE_OUTPUT, "place_precision")]
            casts += [f"places.issue_{field}" for field in PLACE]
            values = [f"c_{c} AS {c}" for c in (*PLACE_OUTPUT, "place_precision")]
            issues = [
                f"CASE WHEN {is_long(self.contract[f], f'x_{f}')} THEN 'too_long' "
                f"ELSE issue_{f} END AS i_{f}"
                for f in PLACE
            ]
            parts.append((casts, issues, values))
        return parts

    def looked_up(self, field: Field, cast: str, out: str, issue: str, code: str) -> Columns:
        flag = f"{field.name}_is_bad"
        missing = f"WHEN x_{field.name} IS NULL THEN 'missing_required' " if field.required else ""
        return (
            [f"{cast} AS {name('c_' + field.name)}", f"({issue}) AS {flag}"],
            [f"CASE {missing}WHEN {flag} THEN {quote(code)} END AS {name('i_' + field.name)}"],
            [f"{name('c_' + field.name)} AS {out}"],
        )

    def joins(self) -> str:
        joins = ""
        if self.contract.has_place:
            # of a column that the file lacks every value is NULL: nothing to compare
            same = "".join(
                f" AND places.{given} IS NOT DISTINCT FROM "
                f"{within(self.contract[field], f'x_{field}')}"
                for field, given in PLACE.items()
                if field in self.mapping.texts
            )
            joins += f" LEFT JOIN places ON places.file = rid // {APART}{same}"
        for lookup, table in (("domains", "domain_texts"), ("approvals", "approval_texts")):
            for field in self.looked_up_fields(lookup):
                joins += f" LEFT JOIN {table} ON {table}.text = texts.x_{field.name}"
        if self.contract.lookup_fields("territory"):
            joins += (
                " LEFT JOIN territories ON level_given IS NOT DISTINCT FROM x_territory_level "
                "AND code_given IS NOT DISTINCT FROM x_territory_code"
            )
        return joins
