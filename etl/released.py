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
    "no_report": {
        "en": "build {build} has no tables for partners: {why}",
        "fr": "la version {build} n’a pas de tableaux pour les partenaires : {why}",
    },
}
TABLES = {
    "cae_people": {"en": "people in CAEs", "fr": "personnes en CAE"},
    "cohorts": {"en": "jobs of each year's births", "fr": "emplois par année de création"},
    "compliance": {"en": "compliance of SCOPs", "fr": "conformité des Scop"},
    "cooperative_hires": {"en": "hires of co-operatives", "fr": "embauches des coopératives"},
    "cooperative_providers": {"en": "co-operatives on offer", "fr": "coopératives prestataires"},
    "funnel": {"en": "steps of the projects", "fr": "étapes des projets"},
    "hires": {"en": "hires", "fr": "embauches"},
    "job_flows": {"en": "jobs created and lost", "fr": "emplois créés et perdus"},
    "jobs": {"en": "jobs", "fr": "emplois"},
    "lasting": {"en": "lasting jobs", "fr": "emplois durables"},
    "pipeline": {"en": "projects", "fr": "projets"},
    "project_jobs": {"en": "jobs of the projects", "fr": "emplois des projets"},
    "projects_under_way": {"en": "projects under way", "fr": "projets en cours"},
    "providers": {"en": "providers", "fr": "prestataires"},
}
PARTS = {
    "country": {"en": "of the country", "fr": "du pays"},
    "region": {"en": "by region", "fr": "par région"},
    "departement": {"en": "by département", "fr": "par département"},
    "scope": {"en": "by domain", "fr": "par domaine"},
    "breakdown": {"en": "by kind", "fr": "par type"},
}


def why(partners: dict, language: str) -> str:
    """Why a manifest's build holds nothing for partners; '' when it does not say."""
    return str((partners.get("why_fr") if language == "fr" else "") or partners.get("why") or "")


def no_report(build: str, partners: dict, language: str) -> str:
    """Why there is no report for partners."""
    told = why(partners, language) or LINES["before"][language]
    return LINES["no_report"][language].format(build=build, why=told)


def block_in_words(block: str, language: str) -> str:
    """A block of cells that is withheld whole, as the manifest has it: its table, its level, and
    what it is crossed with."""
    table, *parts = block.split(" ")
    words = [TABLES.get(table, {}).get(language, table)]
    return " ".join([*words, *(PARTS[part][language] for part in parts)])


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
        blocks = [block_in_words(block, language) for block in partners["withheld_whole"]]
        lines.append(line("whole", whole=", ".join(blocks)))
    return True, lines
