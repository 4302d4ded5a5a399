"""The data dictionary, data/README.md, made from the contracts and the headers of the SQL files.

python -m etl.dictionary > data/README.md
"""

import json

from etl import contract, layers

HEAD = """\
# Data dictionary

Made from the contracts (`etl/contracts/*.json`) and the headers of the SQL files by
`python -m etl.dictionary > data/README.md`; a test holds that it is up to date. Do not edit it.

`data/reference` is committed (its own README tells sources and licences). `data/raw` holds your
drops, `data/sample` the synthetic ones, `data/warehouse` the lake and the builds, `data/logs` logs:
none of these is committed.
"""
LIMITS = {"minimum": "At least", "maximum": "At most", "pattern": "Matches"}


def dictionary() -> str:
    """The whole dictionary as Markdown."""
    parts = [HEAD, "## Sources: what you can drop\n"]
    parts += [_source(name) for name in contract.sources()]
    parts += ["## Metrics\n", _metrics()]
    parts += ["## Tables of a build\n"]
    parts += [_tables(layer) for layer in ("marts", "staging", "published")]
    parts += ["## Checks: a build with one failing row is not published\n", _checks()]
    return "\n".join(parts)


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
        notes += [f"{word} {limits[key]}." for key, word in LIMITS.items() if key in limits]
        label = f"**{field['name']}**" if limits.get("required") else field["name"]
        example = str(field["example"]).replace("|", "\\|")
        text = " ".join(notes).replace("|", "\\|")
        lines.append(f"| {label} | {field['type']} | {text} | {example} |")
    return "\n".join(lines) + "\n"


def _metrics() -> str:
    lines = ["| metric | label | why it matters | unit | source |", "|---|---|---|---|---|"]
    for file in layers.files_of("metrics"):
        header = file.header
        lines.append(
            f"| {file.name} | {header['label.en']} | {header['why.en']} | {header['unit']} |"
            f" {header['source']} |"
        )
    return "\n".join(lines) + "\n"


def _tables(layer: str) -> str:
    lines = [f"### {layer}\n", "| table | grain | answers | columns |", "|---|---|---|---|"]
    for file in layers.files_of(layer):
        header = file.header
        cells = (header["grain"], header["answers"], header.get("columns", ""))
        lines.append(f"| {file.name} | " + " | ".join(c.replace("|", "\\|") for c in cells) + " |")
    return "\n".join(lines) + "\n"


def _checks() -> str:
    return "\n".join(f"- {file.header['label.en']}." for file in layers.files_of("checks"))


if __name__ == "__main__":
    print(dictionary())
