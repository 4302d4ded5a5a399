"""What is left of a person outside the tables: lines of logs, and words in odd places of drops."""

from __future__ import annotations

import gzip
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from etl import disk
from etl.forget.find import Person
from etl.intake import contract, drops, text
from etl.problems import FileProblem

LENGTH_OF_SIREN = 9


def clear_logs(folder: Path, person: Person) -> int:
    """Takes out every line that names the person. Returns how many."""
    removed = 0
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        if not path.is_file():
            continue
        is_packed = path.suffix == ".gz"
        content = path.read_bytes()
        lines = (gzip.decompress(content) if is_packed else content).splitlines(keepends=True)
        kept = [line for line in lines if not names(line.decode("utf-8", "replace"), person)]
        if len(kept) == len(lines):
            continue
        removed += len(lines) - len(kept)
        fresh = path.with_name(f".forget-{path.name}")
        written = b"".join(kept)
        fresh.write_bytes(gzip.compress(written, mtime=0) if is_packed else written)
        fresh.chmod(path.stat().st_mode & 0o777)
        fresh.replace(path)
    return removed


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


def remains(raw: Path, person: Person) -> Iterator[Path]:
    """Files below `raw` whose name, text or sidecar still holds a name of the person.

    Perhaps a namesake, perhaps a remark in a column that nobody reads: only a reader can tell.
    """
    words = [word.encode() for word in person.names]
    files = sorted({*drops.find(raw), *raw.rglob("*.toml")})
    for path in files:
        in_name = any(contract.fold(w) in contract.fold(path.stem) for w in person.names)
        sought = [*words, person.provider.encode()] if path.suffix == ".toml" else words
        if in_name or _holds(path, sought):
            yield path


def _holds(path: Path, words: list[bytes]) -> bool:
    if path.suffix.lower() == ".parquet":
        return _in_parquet(path, [word.decode() for word in words])
    longest = max(map(len, words), default=0)
    tail = b""
    try:
        for piece in _content(path):
            if any(word in tail + piece for word in words):
                return True
            tail = piece[-longest:]
    except FileProblem:
        return False
    return False


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
