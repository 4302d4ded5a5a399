"""Sirene's two stock files with their real headers and invented rows, of any size.

Every tenth legal unit is a co-operative; each unit has a head office and a second establishment.
"""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from tests.shared_files import shared_file

LAYOUTS = {
    "2019": ("sirene_stock_unite_legale_2019", "sirene_stock_etablissement_2019"),
    "2025": ("sirene_stock_unite_legale_depuis_2025_12", "sirene_stock_etablissement_2019"),
}
# An invented siren with a right check digit: eight digits and the ninth that fits.
SIREN = """
    CREATE OR REPLACE MACRO with_check_digit(eight) AS eight || (
        (10 - list_sum(list_transform(range(1, 9), lambda place: CASE
            WHEN place % 2 = 1 THEN eight[place]::INTEGER
            WHEN eight[place]::INTEGER > 4 THEN eight[place]::INTEGER * 2 - 9
            ELSE eight[place]::INTEGER * 2
        END)) % 10) % 10)::VARCHAR
"""
UNITS = {
    "siren": "siren",
    "statutDiffusionUniteLegale": "'O'",
    "dateCreationUniteLegale": "CASE WHEN n % 70 = 0 THEN '1900-01-01' ELSE '2015-03-01' END",
    "denominationUniteLegale": "CASE WHEN n % 20 = 0 THEN '[ND]' ELSE 'COOPERATIVE, ' || n END",
    "denominationUsuelle1UniteLegale": "CASE WHEN n % 20 = 0 THEN 'USUELLE ' || n END",
    "categorieJuridiqueUniteLegale": (
        "CASE WHEN n % 10 = 0 THEN ['5458', '5558', '5460', '6316'][n // 10 % 4 + 1]"
        " ELSE ['1000', '5499', '5710'][n % 3 + 1] END"
    ),
    "etatAdministratifUniteLegale": "CASE WHEN n % 50 = 0 THEN 'C' ELSE 'A' END",
    "dateDebut": "'2024-06-30'",
    "activitePrincipaleUniteLegale": "CASE WHEN n % 30 = 0 THEN '88.10A' ELSE '62.01Z' END",
    "nomenclatureActivitePrincipaleUniteLegale": "'NAFRev2'",
    "activitePrincipaleNAF25UniteLegale": "'88.10Y'",
    "nicSiegeUniteLegale": "'00021'",
}
ESTABLISHMENTS = {
    "siren": "siren",
    "nic": "CASE WHEN is_seat THEN '00021' ELSE '00013' END",
    "siret": "siren || CASE WHEN is_seat THEN '00021' ELSE '00013' END",
    "etablissementSiege": "CASE WHEN is_seat THEN 'true' ELSE 'false' END",
    "codePostalEtablissement": "CASE WHEN is_seat THEN '44000' ELSE '35000' END",
    "libelleCommuneEtablissement": "CASE WHEN is_seat THEN 'NANTES' ELSE 'RENNES' END",
    "codeCommuneEtablissement": "CASE WHEN is_seat THEN '44109' ELSE '35238' END",
    "activitePrincipaleEtablissement": "'62.01Z'",
}


def write(folder: Path, *, units: int, layout: str = "2025", ending: str = "csv") -> None:
    """Writes StockUniteLegale_utf8 and StockEtablissement_utf8 as csv or parquet."""
    folder.mkdir(parents=True, exist_ok=True)
    formats = json.loads(shared_file("real/formats_reels_entetes.json").read_text("utf-8"))
    options = "(FORMAT parquet)" if ending == "parquet" else "(HEADER, DELIMITER ',')"
    seats = "(FROM numbered, (VALUES (false), (true)) AS seats (is_seat))"
    with duckdb.connect() as con:
        con.execute(SIREN)
        con.execute(
            "CREATE TABLE numbered AS SELECT n, with_check_digit(lpad((n + 10000000)::VARCHAR, 8, "
            f"'0')) AS siren FROM range({units}) AS numbers (n)"
        )
        for name, columns, rows, form in (
            ("StockUniteLegale", UNITS, "numbered", LAYOUTS[layout][0]),
            ("StockEtablissement", ESTABLISHMENTS, seats, LAYOUTS[layout][1]),
        ):
            cells = ", ".join(
                f'({columns.get(c, "NULL")})::VARCHAR AS "{c}"' for c in formats[form]["colonnes"]
            )
            path = folder / f"{name}_utf8.{ending}"
            con.execute(f"COPY (SELECT {cells} FROM {rows}) TO '{path}' {options}")
