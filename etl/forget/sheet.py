"""A workbook without some rows and cells: only their XML, and the texts they alone used, change.

A removed row leaves its number empty, so that every other cell keeps its address.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.sax.saxutils import escape

from etl.forget.find import Hits
from etl.intake.sheet_xml import CELL, ROW, column, sheet_part
from etl.intake.workbook import of_sheet

TEXT = re.compile(rb"<(?P<p>(?:\w+:)?)si\b(?:[^>]*/>|[^>]*>.*?</(?:\w+:)?si>)", re.S)
# What hangs on a cell from outside of its row: the address it leads to, a remark beside it.
HANGING = re.compile(
    rb"<(?P<tag>(?:\w+:)?(?:hyperlink|comment|threadedComment))\b[^>]*?"
    rb"\bref=\"(?P<column>[A-Z]+)(?P<row>\d+)\"(?:[^>]*/>|[^>]*>.*?</(?P=tag)>)",
    re.S,
)
NO_LINKS = re.compile(rb"<(?:\w+:)?hyperlinks>\s*</(?:\w+:)?hyperlinks>")
RELATIONSHIP = re.compile(rb"<Relationship\b[^>]*?\bId=\"(?P<id>[^\"]+)\"[^>]*?/>")
SHARED = re.compile(rb"\bt=\"s\"[^>]*>.*?<(?:\w+:)?v>(\d+)</", re.S)
STRINGS = "xl/sharedStrings.xml"


def rewrite(path: Path, target: Path, hits: Hits) -> None:
    """Writes the workbook without what `hits` names to `target`."""
    with zipfile.ZipFile(path) as book:
        parts = {entry.filename: book.read(entry) for entry in book.infolist()}
        verbs = hits.prepared.verbs
        gone: list[bytes] = []
        removed: set[int] = set()
        for place, sheet in enumerate(verbs.sheets or (verbs.sheet,), 1):
            rows = _of_sheet(hits, place) if verbs.sheets else hits
            name = sheet_part(parts.__getitem__, sheet)
            parts[name], cut = _without(parts[name], rows)
            _cut_hanging(parts, name, rows)
            gone += cut
            removed |= rows.removed
        touched = set().union(*(map(int, SHARED.findall(cell)) for cell in gone))
        used: set[int] = set()
        for part, content in parts.items():
            if part.startswith("xl/worksheets/"):
                used |= set(map(int, SHARED.findall(content)))
        if STRINGS in parts:
            parts[STRINGS] = _without_texts(parts[STRINGS], touched - used)
        if "xl/calcChain.xml" in parts:
            parts["xl/calcChain.xml"] = _without_formulas(parts["xl/calcChain.xml"], removed)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
            for entry in book.infolist():
                out.writestr(entry, parts[entry.filename], zipfile.ZIP_DEFLATED)


def _of_sheet(hits: Hits, place: int) -> Hits:
    """What must change in one of several sheets, by its own rows."""
    removed = {row for sheet, row in map(of_sheet, hits.removed) if sheet == place}
    cells = {
        of_sheet(line)[1]: cells for line, cells in hits.cells.items() if of_sheet(line)[0] == place
    }
    return replace(hits, removed=removed, cells=cells)


def _without(content: bytes, hits: Hits) -> tuple[bytes, list[bytes]]:
    """The sheet without rows and cells, and the XML that went."""
    gone: list[bytes] = []
    number = 0

    def changed(match: re.Match[bytes]) -> bytes:
        nonlocal number
        row = match[0]
        stated = re.match(rb"<[^>]*?\br=\"(\d+)\"", row)
        number = int(stated[1]) if stated else number + 1
        if number in hits.removed:
            gone.append(row)
            return b""
        if number in hits.cells:
            return _edited(row, hits.cells[number], gone)
        return row

    return ROW.sub(changed, content), gone


def _cut_hanging(parts: dict[str, bytes], name: str, hits: Hits) -> None:
    """Takes links and remarks away from the rows and cells that go."""
    folder, _, file = name.rpartition("/")
    relations = f"{folder}/_rels/{file}.rels"
    remarks = re.findall(rb'\bTarget="([^"]*omment[^"]*)"', parts.get(relations, b""))
    beside = {posixpath.normpath(posixpath.join(folder, one.decode())) for one in remarks}

    def changed(match: re.Match[bytes]) -> bytes:
        row = int(match["row"])
        is_gone = row in hits.removed or column(match["column"]) in hits.cells.get(row, {})
        return b"" if is_gone else match[0]

    for part in {name, *(one.lstrip("/") for one in beside)} & parts.keys():
        parts[part] = HANGING.sub(changed, parts[part])
    parts[name] = NO_LINKS.sub(b"", parts[name])
    used = set(re.findall(rb'\bid="([^"]+)"', parts[name]))

    def kept(match: re.Match[bytes]) -> bytes:
        is_gone = b'/hyperlink"' in match[0] and match["id"] not in used
        return b"" if is_gone else match[0]

    if relations in parts:
        parts[relations] = RELATIONSHIP.sub(kept, parts[relations])


def _edited(row: bytes, cells: dict[int, str | None], gone: list[bytes]) -> bytes:
    place = -1

    def changed(match: re.Match[bytes]) -> bytes:
        nonlocal place
        cell = match[0]
        address = re.match(rb"<[^>]*?\br=\"([A-Z]+)\d+\"", cell)
        place = column(address[1]) if address else place + 1
        if place not in cells:
            return cell
        gone.append(cell)
        start = re.match(rb"<((?:\w+:)?)c\b([^>]*?)/?>", cell)
        assert start is not None
        prefix, kept = start[1].decode(), re.sub(r'\s+t="\w+"', "", start[2].decode())
        text = cells[place]
        if text is None:
            return f"<{prefix}c{kept}/>".encode()
        p = prefix
        inside = f"<{p}is><{p}t>{escape(text)}</{p}t></{p}is>"
        return f'<{p}c{kept} t="inlineStr">{inside}</{p}c>'.encode()

    return CELL.sub(changed, row)


def _without_texts(content: bytes, unused: set[int]) -> bytes:
    """The shared texts, those that nothing uses any more emptied; each keeps its number."""
    number = -1

    def changed(match: re.Match[bytes]) -> bytes:
        nonlocal number
        number += 1
        prefix = match["p"]
        return b"<%bsi><%bt/></%bsi>" % (prefix, prefix, prefix) if number in unused else match[0]

    return TEXT.sub(changed, content)


def _without_formulas(content: bytes, rows: set[int]) -> bytes:
    def changed(match: re.Match[bytes]) -> bytes:
        return b"" if int(match[1]) in rows else match[0]

    return re.sub(rb"<(?:\w+:)?c\b[^>]*?\br=\"[A-Z]+(\d+)\"[^>]*/>", changed, content)
