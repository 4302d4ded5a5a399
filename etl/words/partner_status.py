"""What is said of the edition for partners, from what a manifest states of it."""

from datetime import date
from typing import Any

from etl.words import catalogue
from etl.words.words import Words

FILE = "console"
# codes of a manifest; those of old held a sentence
WHY = ("mistake", "not_protected", "ledger_lost", "key_lost")


def why(partners: dict[str, Any], language: str) -> str:
    """Why a manifest's build holds nothing for partners, or why a new edition waits; '' when it
    does not say."""
    stated = partners.get("waits") or partners
    code = str(stated.get("why") or "")
    return _line(code, language, detail=stated.get("detail")) if code in WHY else code


def why_or_before(partners: dict[str, Any], language: str) -> str:
    """Why, or that the build is older than the edition."""
    return why(partners, language) or _line("before", language)


def in_words(partners: dict[str, Any], language: str) -> tuple[bool, list[str]]:
    """Whether all is well with a manifest's edition; which one partners see and how much it tells,
    why a new one waits, or why they see nothing."""
    if not partners.get("published") or "edition" not in partners:
        return False, [_line("nothing", language, why=why_or_before(partners, language))]
    words, tables = Words(language), partners["tables"].values()
    cells, withheld, banded = (
        sum(table[name] for table in tables) for name in ("cells", "withheld", "banded")
    )
    told = _line(
        "new" if partners["is_new"] else "carried",
        language,
        edition=partners["edition"],
        day=words.long_date(date.fromisoformat(partners["made_on"])),
        told=words.number(cells - withheld - banded),
        banded=words.number(banded),
        withheld=words.number(withheld),
    )
    said = [told]
    if found := partners.get("relations"):
        said.append(_line("relations", language, relations="; ".join(found)))
    if "waits" not in partners:
        return True, said
    return False, [*said, _line("waits", language, why=why(partners, language))]


def _line(name: str, language: str, /, **values: object) -> str:
    return catalogue.line(FILE, f"partners_{name}", language, **values)
