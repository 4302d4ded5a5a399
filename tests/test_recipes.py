"""The recipes of .github/CONTRIBUTING.md, followed in a copy of the project."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from etl import paths

CONTRACT = {
    "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
    "name": "reviews",
    "title": "Reviews",
    "description": "One row per review of a provider.",
    "fields": [
        {
            "name": name,
            "type": type_,
            "title": name,
            "description": name,
            "example": example,
            "constraints": constraints,
        }
        for name, type_, example, constraints in (
            ("review_id", "string", "V1", {"required": True, "maxLength": 80}),
            ("provider_id", "string", "P1", {"required": True, "maxLength": 80}),
            ("reviewed_on", "date", "2026-10-01", {"required": True}),
            ("rating", "number", "4.5", {"minimum": 0, "maximum": 5}),
        )
    ],
    "primaryKey": ["review_id"],
    "foreignKeys": [],
    "missingValues": [""],
}
STAGING = """-- grain: one row per review
-- answers: the reviews in force on the build's day
SELECT *
FROM accepted.reviews
QUALIFY row_number() OVER (PARTITION BY review_id ORDER BY drop_number DESC) = 1
"""
DROP = """review_id,provider_id,reviewed_on,rating
V1,P1,2026-10-01,4.5
V2,P1,2026-10-02,9
,P1,2026-10-02,3
"""
ASKED = """
from pathlib import Path
from etl.build import warehouse
from etl.insight import report
from etl.insight.digest import digest
from etl.insight.part import Part
home = Path("warehouse")
for language in ("fr", "en"):
    words = report.ReportWords(language)
    made = report._report(home, warehouse.served_build(home), "founders", words, Part(), {})
    print(dict(made.about)[words.gettext("Sources loaded")])
    digest(home, language=language, form="md")
"""
DOMAIN = (
    "chimney_sweeping,X-1,home,Ramonage,Chimney sweeping,Ramonage,"
    "declaration,false,false,true,all,27"
)
ALIAS = "sweeping of chimneys,chimney_sweeping,"
WORDS = {"fr": "ma cheminée fume", "en": "my chimney smokes"}
SWEEPS = "provider_id,name,domains,commune_code\n" + "".join(
    f"P{n},Sweep {n},sweeping of chimneys,35238\n" for n in range(3)
)
OPENED = """
import os
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

os.environ["MAILLAGE_WAREHOUSE"] = "warehouse"
for language, words in (("fr", "ma cheminée fume"), ("en", "my chimney smokes")):
    for slug, asked in {
        "coverage": {"scope": "chimney_sweeping"}, "search": {"q": f"{words} rennes"}
    }.items():
        page = AppTest.from_file(os.path.abspath("pages/main.py"), default_timeout=60)
        page._page_hash = calc_hash(slug)
        for name, value in {**asked, "lang": language}.items():
            page.query_params[name] = value
        page.run()
        assert not page.exception and not page.error
        print(*(one.value.replace("\\n", " ") for one in page.markdown))
"""


def copied(to: Path, *folders: Path) -> None:
    """The project's folders in a place of their own."""
    for folder in folders:
        shutil.copytree(
            folder, to / folder.relative_to(paths.ROOT),
            ignore=shutil.ignore_patterns("__pycache__"),
        )  # fmt: skip


def run(root: Path, *command: str) -> str:
    """What a command says in a process that knows that folder alone."""
    ran = subprocess.run(
        [sys.executable, *command], cwd=root, env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.middle
def test_a_source_is_a_contract_a_staging_file_and_its_french_name(tmp_path: Path) -> None:
    copied(tmp_path, paths.ETL, paths.REFERENCE)
    contract = json.dumps(CONTRACT)
    (tmp_path / "etl/intake/contracts/reviews.json").write_text(contract, encoding="utf-8")
    (tmp_path / "etl/build/staging/reviews.sql").write_text(STAGING, encoding="utf-8")
    with (tmp_path / "etl/words/fr.po").open("a", encoding="utf-8") as catalogue:
        catalogue.write('\nmsgid "Reviews"\nmsgstr "Avis"\n')
    drop = tmp_path / "raw/reviews/r-2026-10-31.csv"
    drop.parent.mkdir(parents=True)
    drop.write_text(DROP, encoding="utf-8")
    run(tmp_path, "-m", "etl", "build", "--raw", "raw", "--warehouse", "warehouse")
    french, english = run(tmp_path, "-c", ASKED).splitlines()
    assert french == "avis (2 lignes, 31 oct. 2026)"
    assert english == "reviews (2 rows, 31 Oct 2026)"


@pytest.mark.middle
def test_a_domain_is_rows_of_reference_tables(tmp_path: Path) -> None:
    copied(tmp_path, paths.ETL, paths.REFERENCE, paths.PAGES)
    for name, rows in {
        "domains": [DOMAIN],
        "domain_aliases": [ALIAS],
        "everyday_words": [f"{words},chimney_sweeping,{lang}" for lang, words in WORDS.items()],
    }.items():
        with (tmp_path / f"data/reference/{name}.csv").open("a", encoding="utf-8") as table:
            table.writelines(f"{row}\n" for row in rows)
    drop = tmp_path / "raw/providers/2026-10-31.csv"
    drop.parent.mkdir(parents=True)
    drop.write_text(SWEEPS, encoding="utf-8")
    run(tmp_path, "-m", "etl", "build", "--raw", "raw", "--warehouse", "warehouse")
    said = run(tmp_path, "-c", OPENED).splitlines()
    for text, part in zip(
        said,
        (
            "France, Ramonage : **0,5\u202f%**", "**3 prestataires** trouvés",
            "France, Chimney sweeping: **0.5%**", "**3 providers** found",
        ),
        strict=True,
    ):  # fmt: skip
        assert part in text
