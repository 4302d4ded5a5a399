"""The digest tells what changed between two builds whose every row is known."""

import csv
import html
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

from etl.__main__ import main
from etl.build import make, warehouse
from etl.insight import part
from etl.insight.digest import digest
from etl.insight.part import Part
from etl.words.words import Words
from tests.market import write_drops

ROOT = Path(__file__).resolve().parents[2]
RENNES, BRUZ = "35238", "35047"
PROVIDERS = "provider_id,name,kind,domains,commune_code,reach_km,joined_on,left_on,last_seen_on\n"
REQUESTS = "request_id,domain,commune_code,created_at,status,filled_at\n"
BEFORE = {
    "providers/2026-08-31.csv": PROVIDERS
    + "".join(
        f"{name},Zoé <i>,individual,{domain},{commune},1,2025-01-01,,2026-08-01\n"
        for name, domain, commune in (
            ("A1", "house_cleaning", RENNES), ("A2", "house_cleaning", RENNES),
            ("A3", "house_cleaning", RENNES), ("G1", "gardening", RENNES),
            ("G2", "gardening", RENNES), ("D1", "house_cleaning", BRUZ),
        )
    ),
    "requests/2026-08-31.csv": REQUESTS
    + f"R1,house_cleaning,{BRUZ},2026-07-01T10:00,filled,2026-07-03T10:00\n"
    f"R2,house_cleaning,{BRUZ},2026-07-02T10:00,expired,\n"
    f"R3,house_cleaning,{RENNES},2026-07-03T10:00,filled,2026-07-04T10:00\n"
    f"R4,house_cleaning,{RENNES},2026-07-04T10:00,expired,\n",
}  # fmt: skip
NOW = {
    "providers/new-2026-10-31.csv": PROVIDERS
    + "".join(
        f"{name},Zoé <i>,individual,{domain},{RENNES},1,2025-01-01,,2026-10-20\n"
        for name, domain in (
            ("A1", "house_cleaning"), ("A2", "house_cleaning"), ("G1", "gardening"),
            ("G2", "gardening"), ("G3", "gardening"),
        )
    )
    + f"D1,Zoé,individual,house_cleaning,{BRUZ},1,2025-01-01,2026-10-01,2026-09-20\n"
    ",without an id,individual,gardening,,,,,\n",
    "targets/2026-10-31.csv": "domain,territory_level,territory_code,metric,target,due_on\n"
    ",,,fill_rate,0.9,2026-09-30\n"
    ",,,fill_rate,0.5,\n"
    f"house_cleaning,commune,{RENNES},active_providers,1234,\n"
    f"tutoring,commune,{RENNES},active_providers,1,2026-10-31\n"
    ",,,coverage_population,0.8,2027-12-31\n"
    ",,,../fill_rate,0.8,\n"
    "no such domain,,,fill_rate,0.8,2026-10-01\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with two builds, the second of which adds NOW."""
    folder = tmp_path_factory.mktemp("digest")
    for drops in (BEFORE, NOW):
        result = make.build(write_drops(folder / "raw", drops), folder / "warehouse")
        assert result.is_published, result.checks_failed
    return folder / "warehouse"


def people(code: str) -> int:
    with (ROOT / "data/reference/communes.csv").open(encoding="utf-8") as file:
        return next(int(r["population"]) for r in csv.DictReader(file) if r["commune_code"] == code)


def sections(text: str) -> dict[str, list[str]]:
    """The lines of each section of a Markdown digest, without blank ones and table rules."""
    parts = re.split(r"^#+ (.+)$", text, flags=re.M)[1:]
    return {
        title: [
            line.strip()
            for line in body.splitlines()
            if line.strip() and not line.startswith("| ---")
        ]
        for title, body in zip(parts[::2], parts[1::2], strict=True)
    }


@pytest.mark.middle
def test_each_line_in_english(home):
    told = sections(digest(home, language="en", form="md"))
    title, figures, coverage, deserts, targets, stale, refused = told.values()
    assert next(iter(told)) == "Maillage: what changed, 31 Oct 2026"
    assert title[1].startswith("Compared with the build of 31 Aug 2026, 2026-08-31-")
    rennes, bruz = f"{people(RENNES):,}", f"{people(BRUZ):,}"
    assert figures == [
        "Requests from Nov 2025 to Oct 2026, filled within 14 days; 3 providers needed.",
        "| Territory | Domain | Requests | Fill rate | Requests covered | Active providers |",
        "| France | All domains | 4 | 50% (15% – 85%) | 0% (before: 50%) | 5 (before: 6) |",
    ]
    assert coverage == [
        f"1 commune × domain fell below 3 providers: {rennes} people live there.",
        f"1 commune × domain rose to 3 providers: {rennes} people live there.",
        "| Change | Domain | Département | Largest commune | Communes | People |",
        f"| fell | House cleaning and housework | Ille-et-Vilaine (35) | Rennes | 1 | {rennes} |",
        f"| rose | Light gardening | Ille-et-Vilaine (35) | Rennes | 1 | {rennes} |",
    ]
    assert deserts == [
        "1 commune × domain lost its last provider, with requests from Nov 2025 to Oct 2026.",
        "| Commune | Domain | Requests | Providers before | People |",
        f"| Bruz (35) | House cleaning and housework | 2 | 1 | {bruz} |",
    ]
    assert targets == [
        "3 of 6 targets due are missed.",
        "2 targets due cannot be told: no known value.",
        "Values from Nov 2025 to Oct 2026, 3 providers needed, filled within 14 days.",
        "| Metric | Domain | Territory | Due | Target | Value | n |",
        "| Active providers | House cleaning and housework | Rennes (35238) | – | 1,234 | 2 | 2 |",
        "| Active providers | Tutoring and lessons at home | Rennes (35238) | 31 Oct 2026"
        " | 1 | 0 | 0 |",
        "| Fill rate | All domains | France | 30 Sep 2026 | 90% | 50% | 4 |",
    ]
    assert stale == ["1 provider that was active has not been seen for more than 90 days."]
    assert refused == [
        "1 row refused of 14 read, in 2 new files.",
        "| File | Refused | Read |",
        "| providers/new-2026-10-31.csv | 1 | 7 |",
    ]
    assert "Zo" not in "".join(map(str, told)), "no provider is named"


@pytest.mark.middle
def test_the_same_in_french(home):
    text = digest(home, language="fr", form="md")
    told = sections(text)
    rennes = f"{people(RENNES):,}".replace(",", "\u202f")
    assert "1 commune × domaine est passée sous 3 prestataires" in text
    assert f": {rennes} habitants." in text
    assert "3 objectifs échus sur 6 sont manqués." in told["Objectifs manqués"]
    assert "| 30 sept. 2026 | 90\u202f% | 50\u202f% | 4 |" in text
    assert "1\u202f234 | 2 | 2 |" in text
    assert told["Prestataires plus vus"] == [
        "1 prestataire qui était actif n’a pas été vu depuis plus de 90 jours."
    ]
    assert "1 ligne refusée sur 14 lues ; nouveaux fichiers : 2." in told["Lignes refusées"]


class Reader(HTMLParser):
    """Tags that open and close, and the text between them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.cells: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.cells.append(data)


@pytest.mark.middle
@pytest.mark.parametrize("language", ["en", "fr"])
def test_html_is_a_whole_document_that_says_the_same(home, language):
    page = digest(home, language=language, form="html")
    assert page.startswith("<!DOCTYPE html>") and page.endswith("</html>\n") and page.isascii()
    assert f'<html lang="{language}">' in page
    reader = Reader()
    reader.feed(page)
    assert not {"script", "link", "img", "style"} & set(reader.tags), "styles stand inline"
    for line in sections(digest(home, language=language, form="md")).values():
        for text in (cell for row in line for cell in row.strip("| ").split(" | ")):
            assert html.escape(text) in html.unescape(page).replace("&", "&amp;") or (
                text in reader.cells
            )


@pytest.mark.middle
def test_a_file_name_is_never_markup(home, tmp_path):
    raw = write_drops(tmp_path / "raw", BEFORE)
    bad = raw / "requests" / "<b>bold & [link](x) www.x.org _2026-10-31.csv"
    bad.write_text(REQUESTS + ",gardening,,2026-10-01,open,\n", encoding="utf-8")
    assert make.build(raw, tmp_path / "warehouse").is_published
    page = digest(tmp_path / "warehouse", language="en", form="html")
    assert "<b>" not in page and "&lt;b&gt;bold &amp; [link](x)" in page
    text = digest(tmp_path / "warehouse", language="en", form="md")
    assert r"\<b\>bold \& \[link\](x) www\.x.org \_2026-10-31.csv" in text


@pytest.mark.parametrize(
    ("language", "first", "no_target"),
    [
        ("en", "This is the first build", "No target is loaded."),
        ("fr", "C’est la première version", "Aucun objectif n’est chargé."),
    ],
)
def test_the_first_build_has_nothing_to_compare(tmp_path, language, first, no_target):
    make.build(write_drops(tmp_path / "raw", BEFORE), tmp_path / "warehouse")
    text = digest(tmp_path / "warehouse", language=language, form="md")
    assert first in text and no_target in text
    assert len(sections(text)) == 4, "title, figures, targets and refused rows only"


def test_sample_data_is_said_and_not_compared(home, tmp_path):
    raw = write_drops(tmp_path / "raw", BEFORE)
    make.build(raw, tmp_path / "warehouse")
    events = {
        "events/2026-09-01.csv": "on,label\n2026-08-01,Launch\n",
        "events/2026-09-01.csv.toml": "synthetic = true\n",
    }
    assert make.build(write_drops(raw, events), tmp_path / "warehouse").is_published
    text = digest(tmp_path / "warehouse", language="en", form="md")
    assert "one of the two is sample data" in text and "Sample data: every provider" in text
    assert "New deserts" not in text


def test_the_same_builds_give_the_same_digest(home):
    one, other = (digest(home, language="en", form="html") for _ in range(2))
    assert one == other


def test_the_command(home, tmp_path, capsys):
    assert main(["digest", "--warehouse", str(home), "--lang", "fr", "--format", "html"]) == 0
    printed = capsys.readouterr().out
    assert printed == digest(home, language="fr", form="html")
    assert main(["digest", "--warehouse", str(home), "--lang", "en"]) == 0
    assert capsys.readouterr().out == digest(home, language="en", form="md")
    assert main(["digest", "--warehouse", str(tmp_path)]) == 1
    answer = capsys.readouterr()
    assert answer.out == "" and "no build is served yet" in answer.err
    with pytest.raises(SystemExit) as stopped:
        main(["digest", "--format", "pdf"])
    assert stopped.value.code == 2


BRITTANY, BOTH = {"regions": ["53"]}, {"regions": ["53"], "departements": ["44"]}


def part_told(folder, audience="founders", language="en", **asked):
    """The title, and the lines of each section."""
    found = sections(
        digest(folder, language=language, form="md", audience=audience, part=part.of(asked))
    )
    title, *_ = found
    return title, list(found.values())


def test_a_territory_and_a_domain_stand_above_and_nothing_else_is_told(home):
    title, (_, figures, coverage, deserts, targets, stale, refused) = part_told(
        home, **BOTH, domains=["house_cleaning"]
    )
    assert title.endswith(" – Bretagne, Loire-Atlantique – House cleaning and housework")
    assert figures[2:] == [
        "| Bretagne (53) | House cleaning and housework | 4 | 50% (15% – 85%) "
        "| 0% (before: 50%) | 2 (before: 4) |",
        "| Loire-Atlantique (44) | House cleaning and housework | 0 | – | – | 0 |",
    ]
    assert len(coverage) == 4 and "| fell | House cleaning" in coverage[-1], "gardening rose"
    assert deserts[-1] == f"| Bruz (35) | House cleaning and housework | 2 | 1 | {people(BRUZ):,} |"
    assert [line.split(" | ")[1] for line in targets[3:]] == ["House cleaning and housework"]
    assert stale == ["1 provider that was active has not been seen for more than 90 days."]
    assert refused[1] == "Files are of no territory or domain: all are told here."


def test_elsewhere_nothing_has_changed(home):
    title, (_, figures, coverage, deserts, targets, stale, _) = part_told(home, regions=["11"])
    assert title.endswith(" – Île-de-France") and "France (FR)" not in str(figures)
    assert figures[-1] == "| Île-de-France (11) | All domains | 0 | – | – | 0 |"
    assert [line[:2] for line in (*coverage, *deserts, *stale)] == ["No"] * 4
    assert targets == ["No target is loaded."]


def test_a_part_holds_what_lies_in_it():
    here = part.of({**BOTH, "domains": ["family_home", "gardening"]})
    rennes = {"level": "commune", "code": "35238", "region_code": "53", "departement_code": "35"}
    assert here.holds(rennes, "house_cleaning") and here.holds(rennes, "gardening")
    assert not here.holds(rennes, "all") and not here.holds(rennes, "tutoring")
    for place in (("country", "FR"), ("region", "52"), ("departement", "53"), ("commune", "53")):
        assert not here.holds(dict(zip(("level", "code"), place, strict=True)), "gardening")
    assert Part().holds({"level": "commune", "code": None}, "nan"), "all of France holds all"
    assert part.near("gardenning", "domains") == "gardening"
    assert part.near("bretagne", "regions") == "53" and part.near("§", "regions") == ""


def planted(home, folder, *rows):
    """A copy of the warehouse whose founders' database is not to be read, and rows more in its
    partners.duckdb. Returns the served and the previous build."""
    shutil.copytree(home, folder, symlinks=True)
    served = warehouse.build_folder(folder, str(warehouse.served_build(folder)))
    (served / warehouse.DATABASE).write_bytes(b"not to be read")
    with duckdb.connect(str(served / warehouse.PARTNERS)) as connection:
        for table, row in rows:
            connection.execute(
                f"CREATE OR REPLACE TABLE published.{table} AS FROM published.{table}"
                f" UNION ALL BY NAME SELECT '2025' AS period, {row}"
            )
    return served, warehouse.build_folder(
        folder, str(warehouse.previous_build(folder, served.name))
    )


BRETAGNE = "'all' AS scope_code, 'region' AS territory_level, '53' AS territory_code, "
PLANTED = (
    ("cooperatives", BRETAGNE + "'all' AS dimension, 'all' AS breakdown, 12 AS living,"
     " 3 AS births, 0 AS exits, 0 AS exits_undated"),
    *(
        ("jobs", f"'all' AS scope_code, 'region' AS territory_level, '{code}' AS territory_code,"
         f" 'all' AS breakdown, 'employees' AS measure, {told}")
        for code, told in (
            ("53", "123 AS value, 'shown' AS status"),
            ("11", "20 AS low, 50 AS high, 'withheld' AS status"), ("24", "'withheld' AS status"),
        )
    ),
    *(
        (table, f"{BRETAGNE}'all' AS breakdown, '{measure}' AS measure, {told} AS status")
        for table, measure, told in (
            ("projects", "under_way", "14 AS value, 'shown'"),
            ("providers", "providers", "40 AS value, 'rounded'"),
            ("cooperative_providers", "providers", "'fewer'"),
        )
    ),
    *(
        ("openings", f"'departement' AS territory_level, '{code}' AS territory_code, 'all' AS"
         f" breakdown, 'unmet' AS measure, {told} AS status, 'gardening' AS scope_code")
        for code, told in (("35", "35 AS value, 'rounded'"), ("29", "'fewer'"))
    ),
)  # fmt: skip


def test_partners_are_told_what_their_file_says_and_by_no_other(home, tmp_path):
    served, before = planted(home, tmp_path / "warehouse", *PLANTED)
    folder = tmp_path / "warehouse"
    _, (head, figures, _) = part_told(folder, "partners", **BRITTANY)
    assert head[0].startswith("Edition 2026-Q4, data as of 31 Oct 2026, build ")
    assert head[1].startswith("Compared with the edition 2026-Q3 of 31 Aug 2026")
    assert "| 12 (before: –) | 3 (before: –) | 0 (before: –) | 123 (before: –)" in figures[-1]
    (before / warehouse.PARTNERS).unlink()
    title, (head, figures, openings) = part_told(folder, "partners", **BRITTANY)
    assert title.endswith(" – Bretagne") and "another version" in head[1]
    assert figures[-1] == "| Bretagne (53) | All domains | 12 | 3 | 0 | 123 | 14 | 2.5% to 10% |"
    assert openings == [
        "Requests of 2025 that nobody filled in time, by département and domain: where project "
        "holders could start.",
        "Rounded at random to a multiple of 5; places of fewer than 5 are left out.",
        "| Département | Domain | Unmet |",
        "| Ille-et-Vilaine (35) | Light gardening | 35 |",
    ]
    _, (_, figures, _) = part_told(folder, "partners", regions=["11"], domains=["gardening"])
    assert figures[-1] == "| Île-de-France (11) | Light gardening | 0 | 0 | 0 | – | – | – |"
    _, (_, figures, openings) = part_told(folder, "partners", "fr", regions=["11", "24"])
    assert figures[-2].endswith("| Tous les domaines | 0 | 0 | 0 | 20 à 50 | 0 | – |")
    assert f"| {Words('fr').name('cell', 'withheld')} |" in figures[-1]
    assert openings == ["Aucun lieu de 5 demandes non pourvues ou plus n’est connu ici."]
    shutil.copy(served / warehouse.PARTNERS, before)
    _, (head, figures, _) = part_told(folder, "partners", **BRITTANY)
    assert head[1] == "It is the edition of the build before: nothing in it has changed."


def test_the_command_takes_the_part_and_the_audience(home, capsys):
    asked = ["--lang", "en", "--region", "53", "--departement", "44", "--domain", "gardening"]
    assert main(["digest", "--warehouse", str(home), *asked, "--format", "txt"]) == 0
    text = capsys.readouterr().out
    first, rule, *_ = text.splitlines()
    assert first.endswith("Bretagne, Loire-Atlantique – Light gardening") and {*rule} == {"="}
    row = next(line for line in text.splitlines() if line.startswith("Bretagne (53)"))
    assert "  Light gardening  " in row and "<" not in text and "\\" not in text
    for wrong, hint in (("Bretagne", "Did you mean 53?"), ("99", "nobody knows the code “99”.")):
        with pytest.raises(SystemExit) as stopped:
            main(["digest", "--warehouse", str(home), "--region", wrong])
        assert stopped.value.code == 2 and hint in capsys.readouterr().err
