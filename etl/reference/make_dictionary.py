"""The data dictionary, data/README.md, made from the contracts and the headers of the SQL files.

python -m etl.reference.make_dictionary > data/README.md
"""

import json

from etl import layers
from etl.intake import contract

HEAD = """\
# Data dictionary

Made from the contracts (`etl/intake/contracts/*.json`) and the headers of the SQL files by
`python -m etl.reference.make_dictionary > data/README.md`; a test holds that it is up to date. Do
not edit it.

`data/reference` is committed (its own README tells sources and licences). `data/raw` holds your
drops, `data/sample` the synthetic ones, `data/warehouse` the lake and the builds, `data/logs` logs:
none of these is committed.
"""
LIMITS = {
    "minimum": "At least {}.",
    "maximum": "At most {}.",
    "maxLength": "At most {} characters.",
    "pattern": "Matches {}.",
}


def dictionary() -> str:
    """The whole dictionary as Markdown."""
    parts = [HEAD, "## Sources: what you can drop\n"]
    parts += [_missing()]
    parts += [_source(name) for name in contract.sources()]
    parts += ["## Metrics\n", _metrics()]
    parts += ["## Tables of a build\n"]
    parts += [_tables(layer) for layer in ("marts", "staging", "published")]
    parts += ["## Checks: a build with one failing row is not published\n", _checks()]
    return "\n".join(parts)


def _missing() -> str:
    """The words that stand for an empty cell: the same in every contract."""
    words = {
        word: None
        for name in contract.sources()
        for word in json.loads(contract.contract_path(name).read_text("utf-8"))["missingValues"]
        if word
    }
    listed = ", ".join(f"`{word}`" for word in words)
    return (
        f"An empty cell, and one that holds {listed} (in any case), is missing. `[values]` of a "
        'sidecar is asked first: `NA = "open"` makes something of it; `"*"` never does.\n'
    )


def _source(name: str) -> str:
    described = json.loads(contract.contract_path(name).read_text(encoding="utf-8"))
    key = ", ".join(described["primaryKey"])
    lines = [f"### {name}\n", f"{described['description']} Key: {key}.\n"]
    lines += ["| field | type | what it is | example |", "|---|---|---|---|"]
    for field in described["fields"]:
        limits = field.get("constraints", {})
        notes = [field["description"]]
        if "enum" in limits:
            notes.append("One of: " + ", ".join(limits["enum"]) + ".")
        notes += [told.format(limits[key]) for key, told in LIMITS.items() if key in limits]
        if aliases := field.get("aliases"):
            others = [e["name"] for e in described["fields"] if "aliases" in e and e != field]
            names = ", ".join(f"`{alias}`" for alias in aliases)
            notes.append(f"Also read under {names}, where {', '.join(others)} has a column too.")
        if scale := contract.load(name)[field["name"]].scale:
            side = f"not over {scale.below}" if scale.above is None else f"above {scale.above}"
            notes.append(
                f"A column of which most are {side} looks like {scale.unit}: it is set aside, "
                f"unless `[times]` of a sidecar says so."
            )
        label = f"**{field['name']}**" if limits.get("required") else field["name"]
        example = str(field["example"]).replace("|", "\\|")
        text = " ".join(notes).replace("|", "\\|")
        lines.append(f"| {label} | {field['type']} | {text} | {example} |")
    return "\n".join(lines) + "\n"


def _metrics() -> str:
    heads = {
        "label": "label", "why": "why it matters", "unit": "unit", "direction": "direction",
        "counts": "n counts", "topic": "topic", "levels": "levels", "sources": "needs",
        "source": "source",
    }  # fmt: skip
    lines = [f"| metric | {' | '.join(heads.values())} |", f"|---|{'---|' * len(heads)}"]
    for file in layers.files_of("metrics"):
        cells = (file.header.get(column, "") for column in heads)
        lines.append(f"| {file.name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _tables(layer: str) -> str:
    lines = [f"### {layer}\n", "| table | grain | answers | columns |", "|---|---|---|---|"]
    for file in layers.files_of(layer):
        header = file.header
        cells = (header["grain"], header["answers"], header.get("columns", ""))
        lines.append(f"| {file.name} | " + " | ".join(c.replace("|", "\\|") for c in cells) + " |")
    return "\n".join(lines) + "\n"


def _checks() -> str:
    return "\n".join(f"- {file.header['label']}." for file in layers.files_of("checks"))


if __name__ == "__main__":
    print(dictionary())
