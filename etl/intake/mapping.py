"""From the file's columns to the contract's fields: what the sidecar says, as SQL over `raw`."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from etl.intake import corrections, units
from etl.intake.contract import Contract, Field, name, quote, sql_map
from etl.intake.drops import Raw
from etl.intake.sidecar import FILLING, PATTERNS, Sidecar, Where
from etl.intake.sidecar_verbs import hints
from etl.intake.text import fold_name
from etl.problems import FileProblem

HASH_LENGTH = 16  # of a content hash in a key: enough that no two files of one house share it


@dataclass(frozen=True)
class Mapping:
    """SQL of each field's text, the file's own name for it (to show in reasons), and the places
    of the columns that feed it.

    The SQL is over clean cells k0, k1, …, for the columns in `numbers` over their values n0, n1, …,
    for those in `written` over their trimmed text c0, c1, … with the words for missing, and for the
    fields in `sources` over what the file says of them, s_<field>, before the value map.
    `kept` are the conditions of [where], over c0, c1, …; `places` the place of each column that the
    sidecar names; `typed` the fields that nothing but numbers of the file itself feed.
    """

    texts: dict[str, str]
    columns: dict[str, str]
    feeds: dict[str, list[int]]
    entries: list[str]
    used: list[int]
    numbers: list[int]
    written: list[int]
    sources: dict[str, str]
    kept: list[str]
    unknown_columns: list[str]
    places: dict[str, int]
    typed: list[str]

    def given(self, contract: Contract, of: Callable[[Field], bool]) -> list[Field]:
        """The fields of a kind that the file has a column for."""
        return [field for field in contract.fields if field.name in self.texts and of(field)]


def make(
    contract: Contract, sidecar: Sidecar, raw: Raw, sidecar_name: str, content: str
) -> Mapping:
    """Maps a file's columns; `content` is the file's hash, of which keys are made that it lacks.

    Raises FileProblem for absent columns and missing required fields.
    """
    return _Maker(contract, sidecar, raw, content).mapping(sidecar_name)


class _Maker:
    def __init__(self, contract: Contract, sidecar: Sidecar, raw: Raw, content: str) -> None:
        self.contract, self.sidecar, self.raw, self.content = contract, sidecar, raw, content
        self.used: set[int] = set()
        self.numbers: set[int] = set()
        self.written: set[int] = set()
        self.exact: dict[str, int] = {}
        self.folded: dict[str, int] = {}
        for index, column in enumerate(raw.columns):
            self.exact.setdefault(column, index)
            self.folded.setdefault(fold_name(column), index)

    def mapping(self, sidecar_name: str) -> Mapping:
        places = {column: self.index(verb, column) for verb, column in self.sidecar.columns()}
        self.fitting()
        texts: dict[str, str] = {}
        columns: dict[str, str] = {}
        feeds: dict[str, list[int]] = {}
        sources: dict[str, str] = {}
        every: set[int] = {places[column] for column in self.sidecar.where}
        for field in self.contract.names:
            self.used = set()
            found = self.source(field)
            feeds[field] = sorted(self.used)
            every |= self.used
            if found is None:
                continue
            texts[field], columns[field] = found
            if field in self.sidecar.values or field in self.sidecar.extract:
                sources[field] = self.with_empty(field, found[0])
                texts[field] = self.mapped(field, name("s_" + field))
            if field in self.sidecar.times:
                factor, mark = self.sidecar.times[field], self.sidecar.decimal
                texts[field] = multiplied(self.contract[field], texts[field], mark, factor)
        self.used = every
        missing = [field for field in self.contract.required if field not in texts]
        if missing:
            raise FileProblem(
                "header",
                missing=", ".join(missing),
                found=", ".join(filter(None, self.raw.columns)) or "–",
                sidecar=sidecar_name,
                first=missing[0],
            )
        entries = list(self.sidecar.unpivot.columns) if self.sidecar.unpivot else []
        kept = [self.condition(places[column], w) for column, w in self.sidecar.where.items()]
        return Mapping(
            texts, columns, feeds, entries, sorted(every), sorted(self.numbers),
            sorted(self.written), sources, kept, self.unknown(), places,
            [field for field, fed in feeds.items() if fed and self.raw.numbers >= {*fed}],
        )  # fmt: skip

    def fitting(self) -> None:
        """Only a number can be multiplied, ticks name only values that are known, and only rows
        that nothing need refer to go without an identifier."""
        if self.sidecar.key and not self.contract.has_line_key:
            raise FileProblem("line_key", first=self.contract.key[0])
        if self.sidecar.key and self.sidecar.mode == "snapshot":
            raise FileProblem("line_key_snapshot")
        for verb in FILLING:
            if self.sidecar.key and self.contract.key[0] in getattr(self.sidecar, verb):
                raise FileProblem(
                    "sidecar_twice", column="key", value=self.contract.key[0], other=f"[{verb}]"
                )
        numbers = [f.name for f in self.contract.fields if f.type in ("number", "integer")]
        named = [
            f.name
            for f in self.contract.fields
            if f.is_list or f.enum or f.lookup == "domains" or f.type == "boolean"
        ]
        for verb, fields, allowed in (
            ("times", self.sidecar.times, numbers),
            ("flags", self.sidecar.flags, named),
        ):
            for field in fields:
                if field not in allowed:
                    raise FileProblem(
                        "sidecar_value",
                        column=f"[{verb}]",
                        value=field,
                        allowed=", ".join(allowed) or "–",
                    )

    def unknown(self) -> list[str]:
        added = corrections.reason_columns(self.raw.columns) if self.sidecar.corrects else set()
        return [
            column or f"(column {index + 1})"
            for index, column in enumerate(self.raw.columns)
            if index not in self.used | added
        ]

    def index(self, verb: str, column: str) -> int:
        index = self.exact.get(column, self.folded.get(fold_name(column)))
        if index is None:
            raise FileProblem(
                "sidecar_column",
                column=verb,
                value=column,
                allowed=", ".join(self.raw.columns),
                **hints(column, self.raw.columns),
            )
        return index

    def column(self, name: str) -> str:
        index = self.index("", name)
        self.used.add(index)
        return f"k{index}"

    def cell(self, column: str, field: str) -> str:
        """A cell of a field; where its value map names words for missing, those words too."""
        index = self.index("", column)
        self.used.add(index)
        words = {key.strip().lower() for key in self.sidecar.values.get(field, {})}
        words &= {*self.contract.missing} - {""}
        if not words:
            return f"k{index}"
        self.written.add(index)
        said = ", ".join(map(quote, sorted(words)))
        return f"CASE WHEN k{index} IS NOT NULL OR lower(c{index}) IN ({said}) THEN c{index} END"

    def with_empty(self, field: str, text: str) -> str:
        """What the file says of a field: an empty text where the map has an entry for it."""
        return f"coalesce({text}, '')" if "" in self.sidecar.values.get(field, {}) else text

    def source(self, field: str) -> tuple[str, str] | None:
        """The SQL of a field before its value map, and what to call it; None when absent."""
        sidecar = self.sidecar
        if sidecar.unpivot and field == sidecar.unpivot.field:
            return f"[{', '.join(map(quote, sidecar.unpivot.columns))}][entry]", field
        if sidecar.unpivot and field == sidecar.unpivot.value:
            parts = list(sidecar.unpivot.columns.values())
            cases = (f"WHEN {i} THEN {self.total(part)}" for i, part in enumerate(parts, 1))
            return f"CASE entry {' '.join(cases)} END", field
        if sidecar.key and field == self.contract.key[0]:
            return self.line_key(), field
        if field in sidecar.constant:
            return quote(sidecar.constant[field]), field
        if field in sidecar.sum:
            return self.total(sidecar.sum[field]), " + ".join(sidecar.sum[field])
        if field in sidecar.split:
            return self.piece(field), sidecar.split[field].column
        if field in sidecar.extract:
            return self.extracted(field), sidecar.extract[field].column
        if field in sidecar.join:
            return self.joined(field), " / ".join(sidecar.join[field].columns)
        if field in sidecar.flags:
            return self.ticked(field), " / ".join(c for c in sidecar.flags[field] if c != "*")
        if field in sidecar.rename:
            columns = sidecar.rename[field]
            cells = [self.cell(column, field) for column in columns]
            first = cells[0] if len(cells) == 1 else f"coalesce({', '.join(cells)})"
            return first, " / ".join(columns)
        index = self.exact.get(field, self.folded.get(field))
        if index is None:
            index = self.by_alias(field)
        if index is None:
            return None
        column = self.raw.columns[index]
        return self.cell(column, field), column

    def by_alias(self, field: str) -> int | None:
        """A column by another name of the field, where each field that has such names finds one:
        X and Y are a point, X alone may be anything. What the sidecar fills needs none."""
        named = {entry.name: entry.aliases for entry in self.contract.fields if entry.aliases}
        said = {each for verb in FILLING for each in getattr(self.sidecar, verb)}
        if field not in named or not said.isdisjoint(named):
            return None
        found = {
            each: next((i for n in (each, *names) if (i := self.folded.get(n)) is not None), None)
            for each, names in named.items()
        }
        return None if None in found.values() else found[field]

    def line_key(self) -> str:
        """The file and the line; of a corrected row, those that it had in the file it corrects, so
        that one correction replaces another."""
        entry = " || '.' || entry" if self.sidecar.unpivot else ""
        key = f"{quote(self.content[:HASH_LENGTH] + ':')} || line{entry}"
        if not self.sidecar.corrects:
            return key
        places = corrections.reason_columns(self.raw.columns)
        self.used |= places
        self.written |= places
        had = f"{quote(self.sidecar.corrects[:HASH_LENGTH] + ':')} || "
        return f"coalesce({had}{corrections.line_sql(self.raw.columns)}, {key})"

    def total(self, columns: list[str]) -> str:
        """The sum of columns as text; missing when one is; as written when one is no number."""
        cells = [self.column(column) for column in columns]
        if len(cells) == 1:
            return cells[0]
        self.numbers.update(int(cell[1:]) for cell in cells)
        any_missing = " OR ".join(f"{cell} IS NULL" for cell in cells)
        total = f"({' + '.join(f'n{cell[1:]}' for cell in cells)})::VARCHAR"
        if self.sidecar.decimal == ",":
            total = f"replace({total}, '.', ',')"
        written = f"concat_ws(' + ', {', '.join(cells)})"
        return f"CASE WHEN {any_missing} THEN NULL ELSE coalesce({total}, {written}) END"

    def piece(self, field: str) -> str:
        split = self.sidecar.split[field]
        text = self.cell(split.column, field)
        for separator, part in split.cuts:
            pieces = f"string_split({text}, {quote(separator)})"
            text = f"array_to_string({pieces}, '|')" if part is None else f"{pieces}[{part}]"
        return text

    def extracted(self, field: str) -> str:
        extract = self.sidecar.extract[field]
        cell = self.cell(extract.column, field)
        if extract.pattern in PATTERNS:
            return f"{extract.pattern}_in({cell})"
        return f"nullif(regexp_extract({cell}, {quote(extract.pattern)}, 1), '')"

    def joined(self, field: str) -> str:
        """Columns one after the other. An identifier with a part missing is missing; of a day
        without its time the day is left, and of a time without its day a text that is told."""
        join, entry = self.sidecar.join[field], self.contract[field]
        cells = [self.cell(column, field) for column in join.columns]
        if entry.type in ("date", "datetime") and not self.sidecar.date_format:
            cells = [f"moment_part({cell})" for cell in cells]
        text = f"nullif(concat_ws({quote(join.separator)}, {', '.join(cells)}), '')"
        if not entry.identifier:
            return text
        any_missing = " OR ".join(f"{cell} IS NULL" for cell in cells)
        return f"CASE WHEN NOT ({any_missing}) THEN {text} END"

    def ticked(self, field: str) -> str:
        """The value of the first column that is ticked, of a list those of all. A cell that neither
        ticks nor unticks stands as it is, with its column, to be told.

        An empty cell says no only in a column that writes no other no.
        """
        entry, marks = self.contract[field], self.sidecar.flags[field]
        cases, said_no = [], []
        for column, values in marks.items():
            if column == "*":
                continue
            cell = self.column(column)
            # without a letter it would be the column's name alone, which may be a known value
            odd = f"CASE WHEN fold({cell}) <> '' THEN {quote(column + ': ')} ELSE '' END "
            odd += f"|| regexp_replace({cell}, '[|,]', ' ', 'g')"
            cases.append(
                f"WHEN read_flag({cell}) THEN {quote('|'.join(values))} "
                f"WHEN {cell} IS NOT NULL AND read_flag({cell}) IS NULL THEN {odd}"
            )
            says_no = f"(SELECT bool_or(NOT read_flag(known(trimmed(c{cell[1:]})))) FROM raw)"
            said_no.append(f"({cell} IS NOT NULL OR {says_no} IS NOT TRUE)")
        none = "NULL"
        if "*" in marks:
            none = f"CASE WHEN {' AND '.join(said_no)} THEN {quote('|'.join(marks['*']))} END"
        if not entry.is_list:
            return f"CASE {' '.join(cases)} ELSE {none} END"
        items = ", ".join(f"CASE {case} END" for case in cases)
        return f"coalesce(nullif(array_to_string([{items}], '|'), ''), {none})"

    def mapped(self, field: str, text: str) -> str:
        """The value map on top: the very text but for case, 5458.0 being 5458, then without accents
        and spaces; lists item by item.

        A value that is missing in the file stays missing, whatever "*" says.
        """
        entries = self.sidecar.values.get(field)
        if not entries:
            return text
        known = {k.strip().lower(): "|".join(values) for k, values in entries.items() if k != "*"}
        words = sql_map(known or {"": ""})
        near: dict[str, set[str]] = {}
        for key, value in known.items():
            near.setdefault(alike(key), set()).add(value)
        near_words = sql_map({k: min(v) for k, v in near.items() if len(v) == 1} or {"": ""})
        default = quote("|".join(entries["*"])) if "*" in entries else None

        def other(words: str) -> str:
            return f"CASE WHEN known(trimmed({words})) IS NOT NULL THEN {default} END"

        same = f"lower(coalesce(trimmed({text}), ''))"
        found = (
            f"coalesce({words}[{same}], {words}[whole_code({same})], {near_words}[alike({text})]"
        )
        if self.contract[field].is_list:
            each = f"coalesce({words}[lower(item)], {near_words}[alike(item)], "
            each += f"{other('item') if default else 'item'})"
            items = f"list_transform(items_of({text}), lambda item: {each})"
            found += f", array_to_string({items}, '|'))"
        else:
            found += f", {other(text) if default else text})"
        return f"CASE WHEN {text} IS NOT NULL THEN {found} END"

    def condition(self, index: int, where: Where) -> str:
        """Whether a row is kept, over its trimmed text."""
        said = ", ".join(quote(alike(value)) for value in where.values if value.strip())
        text = f"alike(c{index})"
        found = [f"{text} IN ({said}) OR whole_code({text}) IN ({said})"] if said else []
        found += [] if all(map(str.strip, where.values)) else [f"known(c{index}) IS NULL"]
        is_one = f"coalesce({' OR '.join(found)}, false)"
        return f"NOT {is_one}" if where.is_not else is_one


def multiplied(field: Field, text: str, decimal: str | None, factor: Fraction) -> str:
    """SQL for the text of a number times a factor."""
    mark = quote(decimal) if decimal else "NULL"
    plain = units.without_other(field.unit, text, factor)
    numbers = f"{factor.numerator}::DOUBLE, {factor.denominator}::DOUBLE"
    return f"times({text}, trim({plain}), {mark}, {numbers})"


def alike(words: str) -> str:
    """What the macro `alike` of verbs.sql makes of a word."""
    parts = unicodedata.normalize("NFD", words.lower().replace("’", "'"))
    plain = "".join(part for part in parts if not unicodedata.combining(part))
    return " ".join(plain.split())
