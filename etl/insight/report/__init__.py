"""Reports to take into a meeting: a PDF of a few pages, or a workbook with true numbers.

Partners' reports read partners.duckdb and nothing else: what is not in that file cannot leak.
Nothing reads the clock or the network: the same builds give the same bytes.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from etl.build import warehouse
from etl.insight.part import Part
from etl.insight.report import founders, partners
from etl.insight.report.model import Report
from etl.insight.report.pdf import pdf
from etl.insight.report.reading import opened
from etl.insight.report.words import ReportWords
from etl.insight.report.xlsx import xlsx

AUDIENCES = ("founders", "partners")
LANGUAGES = ("fr", "en")
FORMATS: dict[str, Callable[[Report], bytes]] = {"pdf": pdf, "xlsx": xlsx}
PARTNERS = "partners.duckdb"


def make(
    folder: Path, audience: str, lang: str, format: str, part: Part | None = None,
    terms: Mapping[str, Any] | None = None,
) -> bytes:  # fmt: skip
    """The report of the served build of a warehouse, as bytes.

    audience: 'founders' or 'partners'; lang: 'fr' or 'en'; format: 'pdf' or 'xlsx'. To founders: of
    a part of the market, of one domain or family at most; terms: k, days, from and to where they
    are not those of the settings. To partners: of France or one region. Raises
    warehouse.WarehouseError when no build is served, when it was made by another version, or, for
    partners, when it has no tables that they may see.
    """
    build_id = warehouse.served_build(folder)
    if build_id is None:
        raise warehouse.WarehouseError("nothing_served")
    words = ReportWords(lang)
    return FORMATS[format](_report(folder, build_id, audience, words, part or Part(), terms or {}))


def is_for_partners(part: Part) -> bool:
    """Whether there is a report to partners of this part: France or one region, all domains."""
    levels = [level for level, _code in part.places]
    return not part.domains and levels in (["country"], ["region"])


def _report(
    folder: Path, build_id: str, audience: str, words: ReportWords, part: Part,
    terms: Mapping[str, Any],
) -> Report:  # fmt: skip
    served = warehouse.build_folder(folder, build_id)
    database = served / (PARTNERS if audience == "partners" else warehouse.DATABASE)
    if not database.exists():
        stated = warehouse.manifest(folder, build_id).get("partners") or {}
        raise warehouse.WarehouseError("no_report", build=build_id, partners=stated)
    try:
        with opened(database) as reading:
            if audience == "partners":
                return partners.report(reading, words, part)
            previous_id = warehouse.compared_build(folder, build_id)
            previous = warehouse.build_folder(folder, previous_id) if previous_id else None
            return founders.report(
                replace(reading, terms={**reading.terms, **terms}), words, part, reading.terms,
                previous=previous, served=served,
            )  # fmt: skip
    except duckdb.CatalogException as error:
        raise warehouse.WarehouseError("other_version", build=build_id) from error
