"""What is left of a person outside the tables: lines of logs, and words in odd places of drops."""

from __future__ import annotations

import gzip
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import duckdb

from etl import disk
from etl.forget.find import Person
from etl.intake import archives, contract, drops, text
from etl.problems import FileProblem

LENGTH_OF_SIREN = 9
LONGEST = 1000  # bytes of a name
CODES = ("utf-8", "windows-1252", "utf-16-le", "utf-16-be")


def clear_logs(folder: Path, person: Person) -> tuple[int, list[Path]]:
    """Takes out every line that names the person. Returns how many, and the logs that are damaged
    and cannot be read."""
    removed, closed = 0, []
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        if not path.is_file():
            continue
        is_packed = path.suffix == ".gz"
        content = path.read_bytes()
        try:
            lines = (gzip.decompress(content) if is_packed else content).splitlines(keepends=True)
        except archives.DAMAGED:
            closed.append(path)
            continue
        kept = [line for line in lines if not names(line.decode("utf-8", "replace"), person)]
        if len(kept) == len(lines):
            continue
        removed += len(lines) - len(kept)
        fresh = path.with_name(f".forget-{path.name}")
        written = b"".join(kept)
        fresh.write_bytes(gzip.compress(written, mtime=0) if is_packed else written)
        fresh.chmod(path.stat().st_mode & 0o777)
        fresh.replace(path)
    return removed, closed


def names(line: str, person: Person) -> bool:
    """Whether a line of a log names the person, as a value, in an address or in free words.

    A short identifier such as 12 is looked for as a value only: it is part of many dates.
    """
    try:
        entry = disk.parsed(line)
    except ValueError:
        entry = line
    values = list(_texts(entry)) if isinstance(entry, dict | list) else [line]
    exact = {word.casefold() for word in person.words}
    in_address = re.compile(rf"provider(?:_id)?=(?:{_any([person.provider])})(?:$|[^\w-])")
    in_words = re.compile(rf"(?:^| )(?:{_any(map(contract.fold, person.names))})(?: |$)")
    return any(
        value.strip().casefold() in exact
        or in_address.search(value)
        or (person.names and in_words.search(contract.fold(value)))
        for value in values
    )


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in words if word)


def _texts(entry: object) -> Iterator[str]:
    if isinstance(entry, dict):
        for value in entry.values():
            yield from _texts(value)
    elif isinstance(entry, list):
        for value in entry:
            yield from _texts(value)
    elif isinstance(entry, str):
        yield entry
    elif len(str(entry)) >= LENGTH_OF_SIREN:  # a shorter number is a count or a duration
        yield str(entry)


def remains(raw: Path, person: Person) -> tuple[list[Path], list[Path]]:
    """Files below `raw` whose name, text or sidecar still holds a name of the person, and those
    that nobody can look into. Files that are hidden, which no build reads, are looked through too.

    Perhaps a namesake, perhaps a remark in a column that nobody reads: only a reader can tell.
    """
    read = {*drops.find(raw)}
    held: list[Path] = []
    closed: list[Path] = []
    for path in sorted(each for each in raw.rglob("*") if each.is_file()):
        in_name = any(contract.fold(w) in contract.fold(path.stem) for w in person.names)
        is_unread = path.suffix == ".toml" or path not in read
        found = in_name or _holds(path, person.names, person.provider if is_unread else "")
        if found is None:
            closed.append(path)
        elif found:
            held.append(path)
    return held, closed


def _holds(path: Path, names: Iterable[str], whole: str) -> bool | None:
    """Whether a file holds one of the names, or a word as a whole; None where it cannot be read."""
    patterns = [*map(re.escape, _written(names))]
    patterns += [rb"(?<![\w-])" + re.escape(each) + rb"(?![\w-])" for each in _written([whole])]
    sought = re.compile(b"|".join(patterns) or b"(?!)")
    tail = b""
    try:
        if path.suffix.lower() == ".parquet":
            return _in_parquet(path, [*names, *filter(None, [whole])])
        for piece in _content(path):
            if sought.search(tail + piece):
                return True
            tail = piece[-LONGEST:]
    except (FileProblem, duckdb.Error, *archives.DAMAGED):
        return None
    return False


def _written(words: Iterable[str]) -> set[bytes]:
    """The words in the encodings that drops come in, and as JSON escapes them."""
    found = set()
    for each in (each for word in words for each in (word, json.dumps(word)[1:-1])):
        for code in CODES:
            with suppress(UnicodeEncodeError):
                found.add(each.encode(code))
    return found - {b""}


def _content(path: Path) -> Iterator[bytes]:
    if path.suffix.lower() in (".xlsx", ".zip") and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as book:
            yield from (book.read(name) for name in book.namelist())
    else:
        yield from text.chunks(path)


def _in_parquet(path: Path, words: list[str]) -> bool:
    with duckdb.connect() as con:
        query = (
            "SELECT 1 FROM (SELECT to_json(rows)::VARCHAR AS text FROM read_parquet($path) AS rows)"
            " WHERE len(list_filter($words, lambda word: contains(text, word))) > 0 LIMIT 1"
        )
        return bool(con.execute(query, {"path": str(path), "words": words}).fetchall())
