"""Every number and text has a bound: at it a value counts, one beyond it is unknown and listed."""

import csv
import io
import json
import time
from decimal import Decimal

import pytest

from etl.build import make, warehouse
from etl.intake import contract
from etl.intake.contract import Field
from tests.ingesting import drop_text, findings, only, rows

BOUNDED_BY_LOOKUP = ("domains", "approvals", "territory")
SIREN = [f"{n:09d}" for n in range(100_000_000, 100_010_000)]


def luhn(digits: str) -> bool:
    doubled = [int(d) * (1 + at % 2) for at, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


SIRENS = [number for number in SIREN if luhn(number)]


def is_bounded(field: Field) -> bool:
    """Whether no value of a field is larger than its contract says."""
    if field.type in ("integer", "number"):
        return field.minimum is not None and field.maximum is not None
    if field.type == "string":
        of_itself = field.enum or field.pattern or field.identifier in ("siren", "siret")
        return bool(of_itself or field.max_length or field.lookup in BOUNDED_BY_LOOKUP)
    return not field.is_list or bool(field.enum or field.lookup in BOUNDED_BY_LOOKUP)


def edges(field: Field) -> dict[str, str | None]:
    """Values at and beyond the bounds of a field, and the reason that each is left out for."""
    found: dict[str, str | None] = {}
    if field.type in ("integer", "number"):
        for bound, step, code in (
            (field.minimum, -1, "below_minimum"),
            (field.maximum, 1, "above_maximum"),
        ):
            assert bound is not None
            found |= {str(bound): None, str(Decimal(bound) + step): code}
        found["9" * 18] = "above_maximum"
    elif field.max_length and field.lookup is None:
        for letter in "aé":
            found[letter * field.max_length] = None
            found[letter * (field.max_length + 1)] = "too_long"
        found["a" * 32_000] = "too_long"
    elif field.max_length:
        found["é" * (field.max_length + 1)] = "too_long"
    return found


def plain_row(source: str, number: int) -> dict[str, str]:
    """A row of a source that nothing is wrong with, each with a key of its own."""
    described = contract.load(source)
    row = {field.name: field.example for field in described.fields if field.required}
    row |= {name: SIRENS[number] for name in ("siren",) if name in row}
    if "on" in row:
        row["on"] = f"{2000 + number // 300}-{1 + number % 12:02d}-{1 + number // 12 % 25:02d}"
    if source == "population":
        row["year"] = str(1850 + number)
    if source == "targets":
        row["due_on"] = f"2027-{1 + number % 12:02d}-{1 + number // 12 % 25:02d}"
    for name in described.key:
        if described[name].identifier == "key":
            row[name] = f"{name}-{number}"
    return row


def drop_rows(folder, source: str, table: list[dict[str, str]]) -> None:
    out = io.StringIO()
    names = list(dict.fromkeys(name for row in table for name in row))
    writer = csv.DictWriter(out, names, delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    drop_text(folder, source, out.getvalue())
    numbers = {f.name for f in contract.load(source).fields if f.scale} & set(names)
    if numbers:  # a column of bounds looks like one in another unit
        told = "[times]\n" + "".join(f"{name} = 1\n" for name in sorted(numbers))
        (folder / "raw" / source / "a-2026-11-01.csv.toml").write_text(told)


@pytest.mark.parametrize("source", contract.sources())
def test_every_field_has_a_bound_and_what_is_beyond_is_listed(tmp_path, source):
    described = contract.load(source)
    table, expected = [], {}
    for field in described.fields:
        assert is_bounded(field), field.name
        for value, code in edges(field).items():
            row = plain_row(source, len(table)) | {field.name: value}
            table.append(row)
            expected[len(table) + 1] = (field, value, code)
    if not table:
        return
    drop_rows(tmp_path, source, table)
    drop = only(tmp_path)
    listed: dict[int, list[tuple[str, str, str]]] = {}
    for kind in ("refused", "repaired"):
        for line, column, code in findings(drop, kind):
            listed.setdefault(line, []).append((kind, column, code))
    accepted = {row["line"]: row for row in rows(drop)}
    for line, (field, value, code) in expected.items():
        kind = "refused" if field.required else "repaired"
        if code:
            assert listed.get(line) == [(kind, field.name, code)], (field.name, value[:40])
            assert line not in accepted if field.required else True
        else:
            assert line not in listed, (field.name, value[:40], listed.get(line))
            read = accepted[line][field.name]
            assert read == value or Decimal(str(read)) == Decimal(value)
        if code and not field.required and field.lookup is None:
            assert accepted[line][field.name] is None
    for row in [*rows(drop, "refused"), *rows(drop, "repaired")]:
        field, value, code = expected[row["line"]]
        bound = {
            "too_long": field.max_length,
            "above_maximum": field.maximum,
            "below_minimum": field.minimum,
        }[row["reason_code"]]
        for language in ("en", "fr"):
            assert f" {bound}" in row[f"reason_{language}"], row


@pytest.mark.middle
def test_a_build_of_rows_at_every_bound_ends(tmp_path):
    for source in contract.sources():
        described, table = contract.load(source), []
        for number in range(40):
            row = plain_row(source, number)
            for field in described.fields:
                at = [value for value, code in edges(field).items() if code is None]
                if not at or field.name in ("year", "metric"):
                    continue
                if field.name in described.key:
                    letters = f"{number:04d}"
                    row[field.name] = letters + at[0][len(letters) :]
                else:
                    row[field.name] = at[-1 if number % 4 else 0]
            if source in ("requests", "project_steps"):
                row |= {"status": "filled", "filled_at": "2026-10-05"} if source[0] == "r" else {}
            table.append(row)
        drop_rows(tmp_path, source, table)
    start = time.monotonic()
    built = make.build(tmp_path / "raw", tmp_path / "warehouse")
    assert built.is_published, (built.checks_failed, json.dumps(built.as_json())[:2000])
    assert time.monotonic() - start < 300
    with warehouse.open_build((tmp_path / "warehouse" / "current").resolve()) as con:
        longest = con.execute("SELECT max(length(word)) FROM marts.search_words").fetchall()
        assert longest[0][0] <= 40
        names = con.execute("SELECT max(length(name)) FROM marts.providers").fetchall()
        assert names == [(contract.load("providers")["name"].max_length,)]


@pytest.mark.parametrize("column", ["domains", "approvals"])
def test_a_list_of_many_words_takes_no_memory_for_each(tmp_path, column):
    """Of a text of 60 KB and 10,000 words, a copy for each of them would be 600 MB."""
    words = "|".join(f"w{n}" for n in range(10_000))
    drop_text(tmp_path, "providers", f"provider_id,{column}\nA,{words}\nB,ironing\n")
    drop = only(tmp_path)
    assert (drop.accepted, drop.repaired) == (2, 1 if column == "domains" else 2)
