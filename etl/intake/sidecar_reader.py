"""Reads a sidecar and checks every key and value of it; `sidecar.py` says what may stand there."""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from etl import faults
from etl.intake.contract import quote
from etl.intake.sidecar import DEFAULT_ZONE, FILLING, MODES, NoToml, Sidecar, toml
from etl.intake.sidecar_lines import located
from etl.intake.sidecar_verbs import FAR, Verbs
from etl.problems import FileProblem


def read(path: Path | None, fields: Collection[str], lists: Collection[str]) -> Sidecar:
    """Reads and checks a sidecar. `fields` are the contract's, `lists` those that take many.

    Raises FileProblem that names the key at fault.
    """
    if path is None:
        return Sidecar()
    try:
        data = toml(path.read_bytes())
    except NoToml as error:
        raise FileProblem(
            "sidecar_syntax", sidecar=path.name, at=error.line, fault=error.fault
        ) from error
    except OSError as error:
        raise FileProblem("unreadable", fault=faults.of(error)) from error
    try:
        return Reader(data, fields, lists).sidecar()
    except FileProblem as problem:
        raise located(problem, path) from problem


def _names_a_year(date_format: str) -> bool:
    """Whether DuckDB can read dates by it, and gives back the year: others would be of 1900."""
    written = "SELECT year(try_strptime(strftime(TIMESTAMP '1987-11-22 13:14:15', $f), [$f]))"
    try:
        with duckdb.connect() as con:
            return con.execute(written, {"f": date_format}).fetchall() == [(1987,)]
    except duckdb.Error:
        return False


class Reader(Verbs):
    """Checks the keys and the values of one parsed sidecar."""

    def sidecar(self) -> Sidecar:
        self.without_nul("", self.data)
        self.known(self.data, list(Sidecar.__dataclass_fields__), "")
        sidecar = Sidecar(
            as_of=self.date(),
            mode=self.one_of("mode", MODES) or "delta",
            synthetic=bool(self.typed("synthetic", bool, "true, false")),
            corrects=self.corrects(),
            confirmed=bool(self.typed("confirmed", bool, "true, false")),
            turn=self.whole("turn"),
            separator=self.separator("separator", self.data.get("separator")),
            encoding=self.encoding(),
            decimal=self.one_of("decimal", (".", ",")),
            date_format=self.date_formats(),
            time_zone=self.time_zone(),
            sheet=self.typed("sheet", str, '"name"'),
            merge=self.merged(),
            key=self.one_of("key", ("line",)),
            sheets=self.sheets(),
            skip=self.whole("skip"),
            header=self.names("header", '["request_id", "created_at"]'),
            path=self.path(),
            rename={key: self.texts(f"[rename] {key}", v) for key, v in self.table("rename")},
            constant={
                key: self.scalar(f"[constant] {key}", v) for key, v in self.table("constant")
            },
            values={key: self.value_map(key, entry) for key, entry in self.table("values")},
            split={key: self.split(key, entry) for key, entry in self.table("split")},
            extract={key: self.extract(key, entry) for key, entry in self.table("extract")},
            join={key: self.join(key, entry) for key, entry in self.table("join")},
            flags={key: self.flags(key, entry) for key, entry in self.table("flags")},
            sum={key: self.texts(f"[sum] {key}", v) for key, v in self.table("sum")},
            times={key: self.factor(f"[times] {key}", v) for key, v in self.table("times")},
            where=self.where(),
            unpivot=self.unpivot(),
        )
        self.filled_once(sidecar)
        return sidecar

    def without_nul(self, where: str, value: object) -> None:
        """No text of SQL or of a codec's name may hold one."""
        if isinstance(value, str) and "\0" in value:
            raise self.bad(where, value.replace("\0", "\\0"), '"text"')
        for item in value if isinstance(value, list) else ():
            self.without_nul(where, item)
        for key, item in value.items() if isinstance(value, dict) else ():
            self.without_nul(where or key, key)
            self.without_nul(where or key, item)

    def typed(self, key: str, kind: type, allowed: str) -> Any:
        value = self.data.get(key)
        if value is not None and not isinstance(value, kind):
            raise self.bad(key, value, allowed)
        return value

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str | None:
        value = self.data.get(key)
        if value is not None and value not in allowed:
            raise self.bad(key, value, ", ".join(f'"{word}"' for word in allowed))
        return value

    def separator(self, where: str, value: object) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str) or len(value) != 1 or not value.isascii() or value in '"\r\n':
            raise self.bad(where, value, '";", ",", "|", "\\t"')
        return value

    def corrects(self) -> str | None:
        """The hash of the drop that is corrected. A correction is never the whole list."""
        value = self.typed("corrects", str, '"3f5a…" (64 signs)')
        if value is None:
            return None
        if not re.fullmatch(r"[0-9a-f]{64}", value.strip().lower()):
            raise self.bad("corrects", value, '"3f5a…" (64 signs)')
        if self.data.get("mode") == "snapshot":
            raise self.bad("mode", "snapshot", '"delta"')
        return value.strip().lower()

    def encoding(self) -> str | None:
        value = self.typed("encoding", str, '"utf-8", "windows-1252"')
        if value is None:
            return None
        try:
            # base64 and the like are codecs too, and no way to write a text
            if not codecs.lookup(value)._is_text_encoding:
                raise LookupError(value)
            codecs.getincrementaldecoder(value)().decode(b"a;1\r\n", final=False)
        except (LookupError, ValueError) as error:
            raise self.bad("encoding", value, '"utf-8", "utf-16-le", "windows-1252"') from error
        return str(value)

    def date(self) -> date | None:
        value = self.data.get("as_of")
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError as error:
                raise self.bad("as_of", value, "2026-11-22") from error
        if isinstance(value, datetime) or not isinstance(value, date | None):
            raise self.bad("as_of", value, "2026-11-22")
        return value

    def date_formats(self) -> tuple[str, ...]:
        value = self.data.get("date_format", [])
        formats = value if isinstance(value, list) else [value]
        for entry in formats:
            if not isinstance(entry, str) or not _names_a_year(entry):
                raise self.bad("date_format", entry, '"%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M:%S"')
        return tuple(formats)

    def time_zone(self) -> str:
        value = self.typed("time_zone", str, '"Europe/Paris"')
        if value is None:
            return DEFAULT_ZONE
        with duckdb.connect() as con:
            try:
                con.execute(f"SET TimeZone = {quote(value)}")
                row = con.execute("SELECT current_setting('TimeZone')").fetchone()
            except duckdb.Error as error:
                raise self.bad("time_zone", value, '"Europe/Paris", "UTC"') from error
        assert row is not None
        return str(row[0])

    def whole(self, key: str) -> int:
        value = self.data.get(key, 0)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= FAR:
            raise self.bad(key, value, "1, 2, 3")
        return value

    def sheets(self) -> tuple[str, ...]:
        sheets = self.names("sheets", '["Nord", "Sud"]')
        if sheets and "sheet" in self.data:
            raise FileProblem("sidecar_twice", column="sheet", value="sheets", other="sheets")
        return sheets

    def names(self, key: str, allowed: str) -> tuple[str, ...]:
        """Texts that are all different; none where the key is absent."""
        value = self.data.get(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not value or not all(isinstance(v, str) for v in value):
            raise self.bad(key, value, allowed)
        names = [" ".join(name.split()) for name in value] if key == "header" else value
        if len({*names} - {""}) < len([name for name in names if name]) or not any(names):
            raise self.bad(key, value, allowed)
        return tuple(names)

    def path(self) -> str | None:
        value = self.typed("path", str, '"data.items"')
        if value is not None and not all(value.split(".")):
            raise self.bad("path", value, '"data.items"')
        return value

    def filled_once(self, sidecar: Sidecar) -> None:
        seen: dict[str, str] = {}
        pairs = [(verb, key) for verb in FILLING for key in getattr(sidecar, verb)]
        if sidecar.unpivot:
            pairs += [("unpivot", sidecar.unpivot.field), ("unpivot", sidecar.unpivot.value)]
        for verb, key in pairs:
            if key in seen:
                raise FileProblem(
                    "sidecar_twice", column=f"[{seen[key]}]", value=key, other=f"[{verb}]"
                )
            seen[key] = verb
