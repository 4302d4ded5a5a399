"""What a founder settles on a page, as the text of data/settings.toml."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import tomlkit
from tomlkit.exceptions import ParseError

from etl import disk, faults
from etl.build import territory
from etl.intake.sidecar import NoToml, toml
from etl.problems import FileProblem, InputErrors


def text_with(path: Path, regions: Sequence[str], departements: Sequence[str]) -> str:
    """The file with another territory; comments and whatever else it says stay as they are.

    Départements of a région that is listed are left out. Raises InputErrors where the file cannot
    be read, for then nobody knows what would be lost.
    """
    chosen = territory.of_codes({"regions": [*regions], "departements": [*departements]})
    try:
        content = disk.contents(path)
        toml(content)
        held = tomlkit.parse(content.decode("utf-8-sig"))
    except FileNotFoundError:
        held = tomlkit.document()
    except OSError as error:
        problem = FileProblem("unreadable", fault=faults.of(error))
        raise InputErrors([problem.of(path.name)]) from error
    except (NoToml, ParseError) as error:
        fault = getattr(error, "fault", "other")
        problem = FileProblem("settings_syntax", line=error.line, fault=fault)
        raise InputErrors([problem.of(path.name)]) from error
    table = held.get(territory.TABLE)
    if not isinstance(table, dict):
        table = held[territory.TABLE] = tomlkit.table()
    for key, codes in chosen.as_json().items():
        if codes or key in table:
            table[key] = codes
    return tomlkit.dumps(held)
