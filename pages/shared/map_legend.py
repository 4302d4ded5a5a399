"""What the colours of a map mean, below it."""

import html
from collections.abc import Sequence

import streamlit as st

from etl.insight.picture.area import NO_DATA, TOO_FEW, WITHHELD

Entry = tuple[str, str]  # a colour, or one of the looks above; its words


def show(title: str, entries: Sequence[Entry], line: str, note: str) -> None:
    """The classes as swatches with their bounds in words, then what no colour means."""
    looks = {
        NO_DATA: "background:none",
        TOO_FEW: f"background:radial-gradient({line} 1px,transparent 1.5px) 0 0/4px 4px",
        WITHHELD: f"background:repeating-linear-gradient(45deg,transparent 0 3px,{line} 3px 4px)",
    }
    swatch = "display:inline-block;width:1.1em;height:1.1em;flex:none;border:1px solid"
    items = "".join(
        f'<span role="listitem" style="display:inline-flex;align-items:center;gap:.4em">'
        f'<span aria-hidden="true" style="{swatch} {line};'
        f'{looks.get(look) or f"background:{look}"}"></span>{html.escape(text)}</span>'
        for look, text in entries
    )
    note = f'<div style="opacity:.8">{html.escape(note)}</div>' if note else ""
    st.html(
        f'<div style="font-size:.85rem"><div>{html.escape(title)}</div>'
        f'<div role="list" style="display:flex;flex-wrap:wrap;gap:.3em 1em;margin:.3em 0">{items}'
        f"</div>{note}</div>"
    )
