"""The SIREN of a provider who is forgotten, where it stands in registers of co-operatives too."""

from pathlib import Path

import duckdb
import pytest

from etl.disclosure import ledger
from tests.forgetting import ID, NAME, SIRET, awkward, holding, run
from tests.market import write_drops
from tests.sizes import some

REGISTER = {
    "cooperatives/2026-03-20.csv": "siren,name,form,city,postcode\n"
    "552 100 554,Anne V.,scop,Rennes,35000\n356000000,Les Mains,scop,Bruz,35170\n"
    "552 100 554,Anne V.,royal,Nowhere,\n",
    "cooperative_years/2026-03-20.csv": "siren,year,employees\n552100554,2025,1\n"
    "356000000,2025,9\n",
    "projects/2026-03-20.csv": "project_id,city,postcode,domain,siren,holder\n"
    f"P1,Rennes,35000,ménage,552100554.0,{NAME}\nP2,Bruz,35170,ménage,356000000,Bea\n",
}


def registered(root: Path, kind: str, legal_category: str) -> tuple[dict[str, str], list[str]]:
    """A provider whose SIREN stands in the registers too, forgotten: what is left of the drops,
    and the files that are said to hold something still."""
    write_drops(root / "raw", REGISTER)
    awkward(
        root,
        "provider_id,name,kind,legal_category,siret\n"
        f"{ID},{NAME},{kind},{legal_category},{SIRET}\nA-1,b,,,\n",
    )
    result = run(root)
    assert result.is_published
    return {name: (root / "raw" / name).read_text() for name in REGISTER}, result.remains


@pytest.mark.long
@pytest.mark.parametrize(
    ("kind", "legal_category"),
    some([("individual", ""), ("", "1000"), ("company", "1000")], small=1, middle=1),
)
def test_the_number_of_a_person_leaves_the_registers_too(tmp_path, kind, legal_category):
    left, remains = registered(tmp_path, kind, legal_category)
    assert holding(tmp_path) == remains == []
    assert left == {
        "cooperatives/2026-03-20.csv": "siren,name,form,city,postcode\n"
        "356000000,Les Mains,scop,Bruz,35170\n",
        "cooperative_years/2026-03-20.csv": "siren,year,employees\n356000000,2025,9\n",
        "projects/2026-03-20.csv": "project_id,city,postcode,domain,siren,holder\n"
        "P1,Rennes,35000,ménage,,\nP2,Bruz,35170,ménage,356000000,Bea\n",
    }


@pytest.mark.middle
def test_a_number_that_may_be_a_firms_takes_no_row_from_a_register(tmp_path):
    """No row says what the provider is: projects lose the number, the rest is told."""
    left, remains = registered(tmp_path, "", "")
    assert "P1,Rennes,35000,ménage,,\n" in left.pop("projects/2026-03-20.csv")
    assert left == {name: REGISTER[name] for name in left}
    assert remains == ["cooperative_years/2026-03-20.csv"]


@pytest.mark.long
def test_the_number_in_a_refused_row_of_a_person_leaves_the_registers_too(tmp_path):
    """The identifier stands twice: only the first row, without a number, was accepted."""
    drop = "cooperatives/2026-03-20.csv"
    raw = write_drops(tmp_path / "raw", {drop: REGISTER[drop]})
    awkward(
        tmp_path,
        "provider_id,name,kind,siren\n"
        f"{ID},{NAME},particulier,\n{ID},{NAME},particulier,552 100 554\nA-1,b,,\n",
    )
    assert run(tmp_path).is_published
    assert holding(tmp_path) == [] and "Mains" in (raw / drop).read_text()


@pytest.mark.middle
@pytest.mark.parametrize(
    ("kind", "legal_category"), some([("cooperative", ""), ("company", "5458")], small=1, middle=1)
)
def test_the_number_of_a_firm_stays_in_the_registers(tmp_path, kind, legal_category):
    left, _ = registered(tmp_path, kind, legal_category)
    assert left == REGISTER


def test_who_is_forgotten_gets_another_name_in_the_ledger(tmp_path):
    """What was shown of them stays protected: one name in all publications, and nobody else's."""
    (tmp_path / "published").mkdir()
    for number, members in ((1, "['552100554|', '1|a']"), (2, "['552100554|b']"), (3, "NULL")):
        duckdb.sql(
            f"COPY (SELECT {number} AS value, {members} AS members) TO"
            f" '{tmp_path}/published/000{number}-x.parquet' (FORMAT parquet)"
        )
    third = (tmp_path / "published" / "0003-x.parquet").read_bytes()
    ledger.rename(tmp_path, ["552100554", "356000000"])
    rows = duckdb.sql(
        f"SELECT value, members FROM '{tmp_path}/published/*.parquet' ORDER BY 1"
    ).fetchall()
    name = rows[0][1][0].removesuffix("|")
    assert name.startswith("erased-")
    assert rows == [(1, [f"{name}|", "1|a"]), (2, [f"{name}|b"]), (3, None)]
    assert (tmp_path / "published" / "0003-x.parquet").read_bytes() == third


@pytest.mark.long
def test_a_log_that_holds_the_siren_of_a_siret_loses_that_line(tmp_path):
    awkward(tmp_path, f"provider_id,name,kind,siret\n{ID},{NAME},individual,{SIRET}\nA-1,b,,\n")
    log = tmp_path / "logs" / "access.jsonl"
    log.parent.mkdir()
    log.write_text(f'{{"words": "{SIRET[:9]}"}}\n{{"words": "ménage"}}\n', encoding="utf-8")
    assert run(tmp_path).log_lines == 1
    assert log.read_text(encoding="utf-8") == '{"words": "ménage"}\n'
