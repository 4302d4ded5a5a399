"""The Python files of the product as modules, and what each imports."""

import ast
from collections.abc import Iterator
from pathlib import Path

from etl.paths import ROOT


def module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


PRODUCT = sorted(path for top in ("etl", "pages") for path in (ROOT / top).rglob("*.py"))
MODULES = {module(path): path for path in PRODUCT}


def imports(path: Path) -> Iterator[str]:
    """Every module a file imports, by its full name: of the project's own, the file's."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inside = f"{node.module}.{alias.name}"
                yield inside if inside in MODULES else node.module


def with_packages(name: str) -> set[str]:
    """A module and the packages that run before it, as far as they are the project's own."""
    parts = name.split(".")
    return {".".join(parts[: n + 1]) for n in range(len(parts))} & MODULES.keys()
