"""From the file's columns to the contract's fields: what the sidecar says, as SQL over `raw`."""

from __future__ import annotations

from dataclasses import dataclass

from etl.contract import Contract, quote, sql_map
from etl.drops import Raw
from etl.problems import FileProblem
from etl.sidecar import Sidecar, hints
from etl.text import fold_name


@dataclass(frozen=True)
class Mapping:
    """SQL of each field's text, the file's own name for it (to show in reasons), and the places
    of the columns that feed it.

    The SQL is over clean cells k0, k1, … and, for the columns in `numbers`, their values n0, n1, …
    """

    texts: dict[str, str]
    columns: dict[str, str]
    feeds: dict[str, list[int]]
    entries: list[str]
    used: list[int]
    numbers: list[int]
    unknown_columns: list[str]


def make(contract: Contract, sidecar: Sidecar, raw: Raw, sidecar_name: str) -> Mapping:
    """Maps a file's columns. Raises FileProblem for absent columns and missing required fields."""
    return _Maker(contract, sidecar, raw).mapping(sidecar_name)


class _Maker:
    def __init__(self, contract: Contract, sidecar: Sidecar, raw: Raw) -> None:
        self.contract, self.sidecar, self.raw = contract, sidecar, raw
        self.used: set[int] = set()
        self.numbers: set[int] = set()
        self.exact: dict[str, int] = {}
        self.folded: dict[str, int] = {}
        for index, column in enumerate(raw.columns):
            self.exact.setdefault(column, index)
            self.folded.setdefault(fold_name(column), index)

    def mapping(self, sidecar_name: str) -> Mapping:
        for verb, column in self.sidecar.columns():
            self.index(verb, column)
        texts: dict[str, str] = {}
        columns: dict[str, str] = {}
        feeds: dict[str, list[int]] = {}
        every: set[int] = set()
        for field in self.contract.names:
            self.used = set()
            found = self.source(field)
            feeds[field] = sorted(self.used)
            every |= self.used
            if found is not None:
                texts[field], columns[field] = self.mapped(field, found[0]), found[1]
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
        used, numbers = sorted(self.used), sorted(self.numbers)
        return Mapping(texts, columns, feeds, entries, used, numbers, self.unknown())

    def unknown(self) -> list[str]:
        return [
            column or f"(column {index + 1})"
            for index, column in enumerate(self.raw.columns)
            if index not in self.used
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

    def source(self, field: str) -> tuple[str, str] | None:
        """The SQL of a field before its value map, and what to call it; None when absent."""
        sidecar = self.sidecar
        if sidecar.unpivot and field == sidecar.unpivot.field:
            return f"[{', '.join(map(quote, sidecar.unpivot.columns))}][entry]", field
        if sidecar.unpivot and field == sidecar.unpivot.value:
            parts = list(sidecar.unpivot.columns.values())
            cases = (f"WHEN {i} THEN {self.total(part)}" for i, part in enumerate(parts, 1))
            return f"CASE entry {' '.join(cases)} END", field
        if field in sidecar.constant:
            return quote(sidecar.constant[field]), field
        if field in sidecar.sum:
            return self.total(sidecar.sum[field]), " + ".join(sidecar.sum[field])
        if field in sidecar.split:
            return self.piece(field), sidecar.split[field].column
        if field in sidecar.rename:
            columns = sidecar.rename[field]
            cells = [self.column(column) for column in columns]
            first = cells[0] if len(cells) == 1 else f"coalesce({', '.join(cells)})"
            return first, " / ".join(columns)
        index = self.folded.get(field)
        if index is None:
            return None
        self.used.add(index)
        return f"k{index}", self.raw.columns[index]

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
        pieces = f"string_split({self.column(split.column)}, {quote(split.separator)})"
        if split.part is None:
            return f"array_to_string({pieces}, '|')"
        return f"{pieces}[{split.part}]"

    def mapped(self, field: str, text: str) -> str:
        """The value map on top, comparing without case; 5458.0 is 5458; lists item by item.

        A value that is missing in the file stays missing, whatever "*" says.
        """
        entries = self.sidecar.values.get(field)
        if not entries:
            return text
        known = {k.strip().lower(): "|".join(values) for k, values in entries.items() if k != "*"}
        default = quote("|".join(entries["*"])) if "*" in entries else None
        words = sql_map(known) if known else "MAP {'': ''}"
        if self.contract[field].is_list:
            each = f"coalesce({words}[lower(item)], {default or 'item'})"
            items = f"list_transform(items_of({text}), lambda item: {each})"
            return f"coalesce({words}[lower(trim({text}))], array_to_string({items}, '|'))"
        same = f"lower(trim({text}))"
        mapped = f"coalesce({words}[{same}], {words}[whole_code({same})], {default or text})"
        return f"CASE WHEN {text} IS NOT NULL THEN {mapped} END"
