"""A picture written: laid out by Typst from picture.typ, which finds nothing outside this package.

Same picture, same bytes: no clock, no network.
"""

import base64
import html
import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

import font_source_sans_pro
import typst

from etl.insight.picture import Drawn, Ink, Words
from etl.insight.picture.canvas import Canvas

FONTS = Path(font_source_sans_pro.__file__).parent / "files"
PIXELS_PER_INCH = 192.0  # a picture of 720 points is as wide as a screen of 1,920 pixels
_HERE = Path(__file__).parent
_DRAWN = re.compile(
    r'<image(?: transform="([^"]*)")? xlink:href="data:image/svg\+xml;base64,([^"]*)"[^>]*/>'
)
_UNWRITABLE = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def made(drawn: Drawn, words: Words, ink: Ink, form: Literal["png", "svg"]) -> bytes:
    """The picture as 'png' or 'svg'."""
    content = {
        **asdict(words),
        "notes": [*words.notes, *drawn.notes],
        "ink": asdict(ink),
        "drawing": _told(drawn.canvas),
        "legend": [[_told(sample), label] for sample, label in drawn.legend],
        "is_beside": drawn.is_beside,
    }
    made = compiled(_HERE / "picture.typ", content, format=form, ppi=PIXELS_PER_INCH)
    return _whole(made.decode(), words).encode() if form == "svg" else made


def compiled(source: Path, content: Mapping[str, Any], **options: Any) -> bytes:
    """What typst makes of a file that reads `content` under its own name, in our fonts alone."""
    made = typst.compile(
        str(source),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={source.stem: json.dumps(content, ensure_ascii=False)},
        **options,
    )
    assert isinstance(made, bytes)
    return made


def _told(canvas: Canvas) -> dict[str, object]:
    return {
        "width": canvas.width,
        "height": canvas.height,
        "svg": canvas.svg(),
        "labels": [asdict(label) for label in canvas.labels],
    }


def _whole(svg: str, words: Words) -> str:
    """The shapes in the file itself instead of pictures within it, which offices do not read; and
    all that it says beside for who cannot see it."""

    def inside(found: re.Match[str]) -> str:
        shapes = base64.b64decode(found[2]).decode()
        # an id is known in the whole file
        shapes = re.sub(r'(id="|url\(#)p', rf"\g<1>d{found.start()}p", shapes)
        return f'<g transform="{found[1] or ""}">{shapes}</g>'

    head, end, rest = _DRAWN.sub(inside, svg).partition(">")
    said = "\n".join((words.finding, *words.notes, words.warning, *words.foot)).strip()
    told = f"<title>{_escaped(words.title)}</title><desc>{_escaped(said)}</desc>"
    return f'{head} role="img"{end}{told}{rest}'


def _escaped(text: str) -> str:
    return html.escape(_UNWRITABLE.sub("", text))
