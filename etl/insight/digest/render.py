"""A digest as Markdown, HTML or plain text. Every text is data: nothing in it becomes markup."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_MARKDOWN = re.compile(r"[\\`*_\[\]<>#|~&$@{}]|(?<=www)\.|:(?=//)", re.I)
_FONT = "font-family:Helvetica,Arial,sans-serif;color:#1d2b2e"
_CELL = "padding:4px 10px 4px 0;border-bottom:1px solid #dce3e1;vertical-align:top"


@dataclass
class Section:
    """A heading, sentences, and a table whose columns from ``numbers_from`` on hold numbers."""

    title: str
    lines: list[str]
    head: tuple[str, ...] = ()
    rows: Sequence[tuple[str, ...]] = ()
    note: str = ""
    numbers_from: int = 0


@dataclass
class Document:
    """What is to be said, without a form."""

    language: str
    title: str
    lines: list[str]
    sections: list[Section]
    foot: str = ""


def plain(text: str) -> str:
    return _CONTROLS.sub(" ", text)


def _marked(text: str) -> str:
    return _MARKDOWN.sub(lambda found: f"\\{found[0]}", plain(text))


def markdown(document: Document) -> str:
    """CommonMark with pipe tables."""
    parts = [f"# {_marked(document.title)}", "  \n".join(map(_marked, document.lines))]
    for section in document.sections:
        parts.append(f"## {_marked(section.title)}")
        parts.append("  \n".join(map(_marked, section.lines)))
        if section.rows:
            rules = [
                "---" if column < section.numbers_from else "---:"
                for column in range(len(section.head))
            ]
            rows = [tuple(map(_marked, row)) for row in (section.head, *section.rows)]
            table = [rows[0], tuple(rules), *rows[1:]]
            parts.append("\n".join(f"| {' | '.join(row)} |" for row in table))
        if section.note:
            parts.append(_marked(section.note))
    if document.foot:
        parts.append(_marked(document.foot))
    return "\n\n".join(parts) + "\n"


def plain_text(document: Document) -> str:
    """Paragraphs and columns, for who reads mail without HTML."""
    parts = [_ruled(document.title, "="), "\n".join(map(plain, document.lines))]
    for section in document.sections:
        parts.append(_ruled(section.title, "-"))
        parts.append("\n".join(map(plain, section.lines)))
        if section.rows:
            parts.append(_columns(section))
        if section.note:
            parts.append(plain(section.note))
    if document.foot:
        parts.append(plain(document.foot))
    return "\n\n".join(parts) + "\n"


def _ruled(text: str, rule: str) -> str:
    return f"{plain(text)}\n{rule * len(plain(text))}"


def _columns(section: Section) -> str:
    rows = [tuple(map(plain, row)) for row in (section.head, *section.rows)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]

    def cell(text: str, column: int) -> str:
        is_number = column >= section.numbers_from
        return text.rjust(widths[column]) if is_number else text.ljust(widths[column])

    lines = ["  ".join(cell(text, at) for at, text in enumerate(row)).rstrip() for row in rows]
    return "\n".join(lines)


def _safe(text: str) -> str:
    return html.escape(plain(text))


def html_document(document: Document) -> str:
    """A whole document with its styles inline, in ASCII: no mail program or locale spoils it."""
    body = [f'<h1 style="font-size:22px;margin:0 0 8px">{_safe(document.title)}</h1>']
    body.append(_paragraph("<br>".join(map(_safe, document.lines))))
    for section in document.sections:
        body.append(f'<h2 style="font-size:17px;margin:24px 0 6px">{_safe(section.title)}</h2>')
        body.append(_paragraph("<br>".join(map(_safe, section.lines))))
        if section.rows:
            body.append(_table(section))
        if section.note:
            body.append(_paragraph(_safe(section.note)))
    if document.foot:
        body.append(_paragraph(_safe(document.foot)))
    text = (
        f'<!DOCTYPE html>\n<html lang="{document.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_safe(document.title)}</title>\n</head>\n"
        f'<body style="margin:0;background:#ffffff">\n<div style="max-width:760px;margin:0 auto;'
        f'padding:20px;font-size:15px;line-height:1.45;{_FONT}">\n'
        + "\n".join(body)
        + "\n</div>\n</body>\n</html>\n"
    )
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _paragraph(inside: str) -> str:
    return f'<p style="margin:0 0 10px">{inside}</p>'


def _table(section: Section) -> str:
    def row(cells: tuple[str, ...], tag: str, extra: str) -> str:
        inside = "".join(
            f'<{tag} style="{_CELL};{_aligned(column, section)}"{extra}>{_safe(cell)}</{tag}>'
            for column, cell in enumerate(cells)
        )
        return f"<tr>{inside}</tr>"

    head = row(section.head, "th", ' scope="col"')
    rows = "\n".join(row(cells, "td", "") for cells in section.rows)
    style = f"border-collapse:collapse;width:100%;font-size:14px;margin:0 0 10px;{_FONT}"
    return f'<table style="{style}">\n<thead>{head}</thead>\n<tbody>\n{rows}\n</tbody>\n</table>'


def _aligned(column: int, section: Section) -> str:
    return "text-align:left" if column < section.numbers_from else "text-align:right"
