"""What is said of the edition for partners, from what a manifest states of it."""

from typing import Any

from etl.words import catalogue

FILE = "console"
# codes of a manifest; those of old held a sentence
WHY = ("mistake", "not_protected", "ledger_lost")


def why(partners: dict[str, Any], language: str) -> str:
    """Why a manifest's build holds nothing for partners; '' when it does not say."""
    code = str(partners.get("why") or "")
    return _line(code, language, detail=partners.get("detail")) if code in WHY else code


def why_or_before(partners: dict[str, Any], language: str) -> str:
    """Why, or that the build is older than the edition."""
    return why(partners, language) or _line("before", language)


def block_in_words(block: str, language: str) -> str:
    """A block of cells that is withheld whole, as the manifest has it: its table, its level, and
    what it is crossed with."""
    table, *parts = block.split(" ")
    known = f"partners_table_{table}" in catalogue.english(FILE)
    words = [_line(f"table_{table}", language) if known else table]
    return " ".join([*words, *(_line(f"part_{part}", language) for part in parts)])


def in_words(partners: dict[str, Any], language: str) -> tuple[bool, list[str]]:
    """Whether partners see a manifest's build, and how much is withheld of it, or why all is."""
    if not partners.get("published"):
        return False, [_line("nothing", language, why=why_or_before(partners, language))]
    tables = partners["tables"].values()
    withheld = sum(table["withheld_few"] + table["withheld_secondary"] for table in tables)
    lines = [
        _line(
            "seen",
            language,
            shown=sum(table["cells"] for table in tables) - withheld,
            withheld=withheld,
            again=sum(table["withheld_after_shown"] for table in tables),
        )
    ]
    if partners.get("withheld_whole"):
        blocks = [block_in_words(block, language) for block in partners["withheld_whole"]]
        lines.append(_line("whole", language, whole=", ".join(blocks)))
    return True, lines


def _line(name: str, language: str, /, **values: object) -> str:
    return catalogue.line(FILE, f"partners_{name}", language, **values)
