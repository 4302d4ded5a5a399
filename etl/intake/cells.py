"""From the cells of a file to the clean text of each contract field: the table `texts`.

What of the sidecar met no row on the way is noted.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from etl.intake.contract import Contract, name, quote
from etl.intake.mapping import Mapping, alike
from etl.intake.sidecar import Sidecar
from etl.problems import Note

SHOWN = 5
FEW_DATES = 5  # that tell which of their numbers is the month
# how dates begin that only the month can begin; that the day can too; that a spreadsheet may have
# made of such; that tell no century
DATES = {
    "month": "(0?[1-9]|1[0-2])[/-](1[3-9]|2[0-9]|3[01])[/-][0-9]{4}",
    "either": "(0?[1-9]|1[0-2])[/-](0?[1-9]|1[0-2])[/-][0-9]{4}",
    "turned": "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-2])([T ]|$)",
    "short": "[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2}([ ,]|$)",
}


class Cells:
    """Runs a file's mapping over its table `raw`."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        contract: Contract,
        mapping: Mapping,
        sidecar: Sidecar,
    ) -> None:
        self.con, self.contract, self.mapping, self.sidecar = con, contract, mapping, sidecar

    def fill(self, *, every_row: bool = False) -> None:
        """Fills `texts` (rid, line, x_<field> …); with every_row those too that [where] drops."""
        self.name_missing()
        plain = {f"k{i}" for i in self.mapping.used}
        mapped, texts = "", ""
        for field in self.contract.names:
            text = self.mapping.texts.get(field, "NULL::VARCHAR")
            is_clean = text in plain or text == "NULL::VARCHAR"
            mapped += f", {text} AS {name('t_' + field)}"
            clean = name("t_" + field) if is_clean else f"known(trimmed({name('t_' + field)}))"
            texts += f", {clean} AS {name('x_' + field)}"
        entries = len(self.mapping.entries)
        rid, entry, order = "line", "", ""
        if entries:
            rid, entry, order = f"line * {entries} + entry - 1", ", entry", " ORDER BY rid"
        layer = f"SELECT line{entry}{mapped} FROM ({self.sources(every_row)})"
        select = f"SELECT {rid} AS rid, line{texts} FROM ({layer}){order}"
        self.con.execute(f"CREATE OR REPLACE TABLE texts AS {select}")

    def name_missing(self) -> None:
        """Makes the macro `known`: a text, or NULL where it is one of the words for missing."""
        missing = ", ".join(quote(value) for value in self.contract.missing if value)
        longest = max(map(len, self.contract.missing))
        # no IN: DuckDB makes a join of a long one, which asks the longer words too
        self.con.execute(
            f"CREATE OR REPLACE MACRO known(words) AS CASE WHEN length(words) <= {longest} "
            f"AND list_contains([{missing}], lower(words)) THEN NULL ELSE words END"
        )

    def sources(self, every_row: bool = False) -> str:
        """The rows that count, with clean cells and what they say of the fields with a value map.

        Each layer names what the next one uses: macros repeat their arguments.
        """
        decimal = quote(self.sidecar.decimal) if self.sidecar.decimal else "NULL"
        trimmed = "".join(f", trimmed(c{i}) AS c{i}" for i in self.mapping.used)
        cells = "".join(f", known(c{i}) AS k{i}" for i in self.mapping.used)
        cells += "".join(f", c{i}" for i in self.mapping.written)
        numbers = "".join(f", read_number(k{i}, {decimal}) AS n{i}" for i in self.mapping.numbers)
        said = "".join(f", {sql} AS {name('s_' + f)}" for f, sql in self.mapping.sources.items())
        entries, entry, each = len(self.mapping.entries), "", ""
        if entries:
            entry, each = ", entry", f", (SELECT unnest(range(1, {entries + 1})) AS entry)"
        kept = ""
        if self.mapping.kept and not every_row:
            kept = f" WHERE {' AND '.join(self.mapping.kept)}"
        layer = f"SELECT line{entry}{trimmed} FROM raw{each}"
        layer = f"SELECT line{entry}{cells} FROM ({layer}){kept}"
        for more in filter(None, (numbers, said)):
            layer = f"SELECT *{more} FROM ({layer})"
        return layer

    def filtered(self) -> int:
        """How many rows [where] left out, of the table `raw`; of a wide file, long ones."""
        if not self.mapping.kept:
            return 0
        rows = "SELECT count(*) FROM raw"
        each = max(1, len(self.mapping.entries))
        return self.number(f"SELECT ({rows}) * {each} - (SELECT count(*) FROM texts)")

    def number(self, sql: str) -> int:
        (found,) = self.con.execute(sql).fetchone() or (0,)
        return int(found)

    # -- notes ---------------------------------------------------------------------------------

    def notes(self) -> list[Note]:
        """What of the sidecar met no row; a few rows of a file need not meet all that it says."""
        if self.sidecar.corrects:
            return self.unmet_verbs()
        return [
            *self.unmet_verbs(),
            *self.empty_columns(),
            *self.unmet_conditions(),
            *self.unmet_values(),
            *self.unmet_flags(),
            *self.several_flags(),
            *self.unmet_patterns(),
            *self.dates(),
            *self.lone_keys(),
            *self.like_totals(),
            *self.dates_for_keys(),
        ]

    def unmet_verbs(self) -> list[Note]:
        """Maps and factors of fields that nothing fills."""
        verbs = [(f"[values.{field}]", field) for field in self.sidecar.values]
        verbs += [(f"[times] {field}", field) for field in self.sidecar.times]
        return [
            Note("unmet_verb", {"verb": verb, "field": field})
            for verb, field in verbs
            if field not in self.mapping.texts
        ]

    def empty_columns(self) -> list[Note]:
        """Columns of [rename] that hold nothing but, maybe, words for missing that are mapped."""
        renamed = [
            (field, column)
            for field, columns in self.sidecar.rename.items()
            for column in columns
            if field not in self.sidecar.values
        ]
        if not renamed:
            return []
        filled = ", ".join(f"count(known(trimmed(c{self.mapping.places[c]})))" for _, c in renamed)
        counts = self.con.execute(f"SELECT {filled} FROM raw").fetchone() or ()
        return [
            Note("empty_column", {"field": field, "column": column})
            for (field, column), count in zip(renamed, counts, strict=True)
            if not count
        ]

    def unmet_conditions(self) -> list[Note]:
        notes = []
        for column, where in self.sidecar.where.items():
            cell = f"trimmed(c{self.mapping.places[column]})"
            held = f"SELECT coalesce({cell}, '') AS word FROM raw"
            unmet = self.unmet(filter(None, where.values), held)
            if unmet:
                notes.append(self.unmet_note("unmet_where", column, unmet, held))
        return notes

    def unmet_values(self) -> list[Note]:
        notes = []
        for field, entries in self.sidecar.values.items():
            if field not in self.mapping.sources:
                continue
            text, rows = name("s_" + field), f"FROM ({self.sources()})"
            held = f"SELECT {text} AS word {rows}"
            if self.contract[field].is_list:
                held += f" UNION ALL SELECT unnest(items_of({text})) {rows}"
            unmet = self.unmet((key for key in entries if key not in ("*", "")), held)
            if unmet:
                notes.append(self.unmet_note("unmet_values", field, unmet, held))
        return notes

    def unmet(self, words: Iterable[str], held: str) -> list[str]:
        """Those words that no text of `held` (SQL, one column `word`) is, as maps compare them."""
        said = list(words)
        same = f"SELECT alike(coalesce(trimmed(word), '')) AS word FROM ({held})"
        rows = self.con.execute(
            f"WITH held AS (SELECT DISTINCT word FROM ({same})) "
            "SELECT unnest($said) AS said EXCEPT "
            "SELECT said FROM (SELECT unnest($said) AS said, unnest($alike) AS word) AS asked "
            "WHERE word IN (FROM held) OR word IN (SELECT whole_code(word) FROM held)",
            {"said": said, "alike": [alike(word) for word in said]},
        ).fetchall()
        found = {row[0] for row in rows}
        return [word for word in said if word in found]

    def unmet_note(self, code: str, what: str, unmet: list[str], held: str) -> Note:
        """The words that met nothing, beside those that the file holds most often."""
        often = self.con.execute(
            f"SELECT any_value(trimmed(word) ORDER BY word) FROM ({held}) "
            "WHERE trimmed(word) IS NOT NULL GROUP BY alike(trimmed(word)) "
            f"ORDER BY count(*) DESC, alike(trimmed(word)) LIMIT {SHOWN}"
        ).fetchall()
        more = f" (+ {len(unmet) - SHOWN})" if len(unmet) > SHOWN else ""
        return Note(code, {
            "what": what,
            "unmet": unmet[:SHOWN],
            "more": more,
            "held": [word for (word,) in often],
        })  # fmt: skip

    def unmet_flags(self) -> list[Note]:
        return [
            Note("unmet_flag", {"field": field, "column": column})
            for field, marks in self.sidecar.flags.items()
            for column in marks
            if column != "*" and not self.number(
                f"SELECT count(*) FROM raw "
                f"WHERE read_flag(known(trimmed(c{self.mapping.places[column]})))"
            )
        ]  # fmt: skip

    def several_flags(self) -> list[Note]:
        """Rows that tick columns of different values, of which the first is taken."""
        notes = []
        for field, marks in self.sidecar.flags.items():
            if self.contract[field].is_list:
                continue
            ticked = ", ".join(
                f"CASE WHEN read_flag(known(trimmed(c{self.mapping.places[column]}))) "
                f"THEN {quote('|'.join(values))} END"
                for column, values in marks.items()
                if column != "*"
            )
            met, line = self.con.execute(
                f"SELECT count(*), min(line) FROM raw WHERE len(list_distinct([{ticked}])) > 1"
            ).fetchone() or (0, None)
            if met:
                notes.append(Note("several_flags", {"field": field, "met": met, "line": line}))
        return notes

    def unmet_patterns(self) -> list[Note]:
        notes = []
        for field, extract in self.sidecar.extract.items():
            cell, text = f"k{self.mapping.places[extract.column]}", name("s_" + field)
            filled, unmet, first = self.con.execute(
                f"SELECT count({cell}), count({cell}) FILTER ({text} IS NULL), "
                f"min(line) FILTER ({cell} IS NOT NULL AND {text} IS NULL) FROM ({self.sources()})"
            ).fetchone() or (0, 0, None)
            if unmet:
                names = {"filled": filled, "unmet": unmet, "first": first}
                notes.append(Note("unmet_pattern", {"field": field, **names}))
        return notes

    def dates(self) -> list[Note]:
        """Fields with dates that can only begin with the month, beside others that were read day
        first or that a spreadsheet may have turned round; and with years of two digits."""
        notes = []
        for field in self.contract.fields:
            if field.type in ("date", "datetime") and field.name in self.mapping.texts:
                notes += self.dates_of(field.name)
        return notes

    def dates_of(self, field: str) -> list[Note]:
        text, told = name("x_" + field), bool(self.sidecar.date_format)
        # most are written as ISO 8601: to match each would cost as much as to read it
        if not self.number(f"SELECT count(*) FROM texts WHERE {text}[5] <> '-'"):
            return []
        met = {
            kind: self.met(text, f"regexp_matches({text}, {quote('^' + pattern)})")
            for kind, pattern in DATES.items()
        }
        notes = []
        names = {"field": field, "met": met["month"][0], "value": met["month"][1]}
        if met["month"][0] and met["either"][0] and not told:
            notes.append(Note("month_first", names | {"others": met["either"][0]}))
        if met["month"][0] and met["turned"][0]:
            others, turned, _ = met["turned"]
            notes.append(Note("turned_dates", names | {"others": others, "turned": turned}))
        if met["either"][0] >= FEW_DATES and not told and not met["month"][0]:
            notes += self.one_day_of_months(field, text, met["either"])
        if met["short"][0] and not told:
            short, value, _ = met["short"]
            notes.append(Note("short_years", {"field": field, "met": short, "value": value}))
        return notes

    def one_day_of_months(
        self, field: str, text: str, either: tuple[int, str | None, int | None]
    ) -> list[Note]:
        """Dates that are all of one day of several months as they are read, and of one month as
        others write them. The first of a month is one that many write."""
        parts = f"regexp_extract({text}, '^0?([0-9]+)[/-]0?([0-9]+)', ['first', 'second'])"
        days, day, months, filled = self.con.execute(
            f"SELECT count(DISTINCT parts.first), any_value(parts.first), "
            "count(DISTINCT parts.second), count(*) "
            f"FROM (SELECT {parts} AS parts FROM texts WHERE {text} IS NOT NULL)"
        ).fetchone() or (0, "", 0, 0)
        if filled > either[0] or days > 1 or months < FEW_DATES or day == "1":
            return []
        names = {"field": field, "met": either[0], "value": either[1], "day": day}
        return [Note("one_day_of_months", names)]

    def met(self, text: str, where: str) -> tuple[int, str | None, int | None]:
        """How many rows are as SQL says; the first text of them, and their first line."""
        count, first, line = self.con.execute(
            "SELECT count(*) AS met, arg_min(text, rid) AS value, min(line) AS line FROM "
            f"(SELECT {text} AS text, rid, line FROM texts WHERE {where})"
        ).fetchone() or (0, None, None)
        return int(count), first, line

    def beside_key(self) -> list[str]:
        """The texts that a row of the file has beside its identifier, where a total has none."""
        key = self.contract.key[0]
        fields = self.mapping.given(self.contract, lambda f: f.type not in ("number", "integer"))
        if self.contract[key].identifier != "key":
            return []
        return [
            name("x_" + field.name)
            for field in fields
            if field.name != key and self.mapping.feeds[field.name]
        ]

    def like_totals(self) -> list[Note]:
        """Rows whose identifier may be that of a total, and that say nothing which it does not;
        where a row must hold more, none does."""
        key, *more = self.contract.required
        if self.contract[key].identifier != "key" or more:
            return []
        text, beside = name("x_" + key), ", ".join(self.beside_key())
        met, first, line = self.met(
            text,
            f"is_like_total({text}) AND len(list_filter([{beside}]::VARCHAR[], lambda said: "
            f"NOT contains(fold({text}), fold(said)))) = 0 "
            "AND rid NOT IN (SELECT rid FROM issues WHERE is_refused)",
        )
        names = {"field": key, "met": met, "value": first, "line": line}
        return [Note("like_totals", names)] if met else []

    def lone_keys(self) -> list[Note]:
        """Rows that hold nothing but their identifier, as a title between rows does."""
        key, *more = self.contract.key
        others = [name("x_" + field) for field in self.mapping.texts if field != key]
        if more or key not in self.mapping.texts or len(others) < 2:
            return []
        text = name("x_" + key)
        met, first, line = self.met(
            text,
            f"{text} IS NOT NULL AND coalesce({', '.join(others)}) IS NULL "
            "AND rid NOT IN (SELECT rid FROM issues WHERE is_refused)",
        )
        names = {"field": key, "met": met, "value": first, "line": line}
        return [Note("lone_keys", names)] if met else []

    def dates_for_keys(self) -> list[Note]:
        """Identifiers that a spreadsheet may have turned into dates."""
        notes = []
        for field in self.contract.fields:
            if field.identifier == "key" and field.name in self.mapping.texts:
                text = name("x_" + field.name)
                met, first, _ = self.met(text, f"is_like_day({text})")
                if met:
                    names = {"field": field.name, "met": met, "value": first}
                    notes.append(Note("dates_for_keys", names))
        return notes
