"""What the console says of the edition for partners, in English or French."""

LINES = {
    "seen": {
        "en": "partners see {shown} cells, {withheld} are withheld, {again} of them shown before",
        "fr": "les partenaires voient {shown} cases, {withheld} ne sont pas diffusées,"
        " dont {again} l’ont été auparavant",
    },
    "whole": {
        "en": "withheld whole, as too large to be protected cell by cell: {whole}",
        "fr": "non diffusés du tout, car trop grands pour être protégés case par case : {whole}",
    },
    "nothing": {
        "en": "partners see nothing of this build: {why}",
        "fr": "les partenaires ne voient rien de cette version : {why}",
    },
    "before": {
        "en": "it was made before there was an edition for partners",
        "fr": "elle date d’avant l’édition pour les partenaires",
    },
}


def why(partners: dict, language: str) -> str:
    """Why a manifest's build holds nothing for partners; '' when it does not say."""
    return str((partners.get("why_fr") if language == "fr" else "") or partners.get("why") or "")


def in_words(partners: dict, language: str) -> tuple[bool, list[str]]:
    """Whether partners see a manifest's build, and how much is withheld of it, or why all is."""

    def line(name: str, **values: object) -> str:
        return LINES[name][language].format(**values)

    if not partners.get("published"):
        return False, [line("nothing", why=why(partners, language) or line("before"))]
    tables = partners["tables"].values()
    withheld = sum(table["withheld_few"] + table["withheld_secondary"] for table in tables)
    lines = [
        line(
            "seen",
            shown=sum(table["cells"] for table in tables) - withheld,
            withheld=withheld,
            again=sum(table["withheld_after_shown"] for table in tables),
        )
    ]
    if partners.get("withheld_whole"):
        lines.append(line("whole", whole=", ".join(partners["withheld_whole"])))
    return True, lines
