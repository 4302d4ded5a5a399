"""Small files of one shape are typed together; what is told of each is what it tells alone."""

import shutil
from pathlib import Path

import duckdb
import pytest

from etl.intake import lake, together
from tests.ingesting import drop_text, ingested, only, rows

HEAD = "provider_id,name,siren,domains,postcode,city,latitude,longitude,price_hour_eur,joined_on\n"
FILES = {
    # a postcode of four digits is one of five only where the column has both
    "a-2026-01-31.csv": "1,a,,gardening,1000,Bourg-en-Bresse,,,20,2025-01-01\n"
    "2,b,552100554,zoo,35000,Rennes,,,21,31/12/2024\n2,c,,,,,,,,\n",
    "b-2026-02-28.csv": "1,a,,gardening,1000,Nulle-Part,,,2000,2025-01-01\n"
    "3,d,123456789,,1400,Châtillon,,,2100,2025-02-30\n4,e,,,,,48.1,-1.7,2300,\n",
    "c-2026-03-31.csv": "5,f,,gardening,35000,,,,12,2025-01-01\n\n6,g\n,h,,,35200,Rennes,,,x,\n",
    "d-2026-04-30.csv": "7,i,,,35000,Rennes,0,0,-1,2025-01-01\n",
}
OTHER = "e-2026-05-31.csv"  # of another shape


def write(folder: Path, names: list[str]) -> None:
    for name in names:
        text = "provider_id,city\n8,Rennes\n8,Bruz\n" if name == OTHER else HEAD + FILES[name]
        drop_text(folder, "providers", text, name)


@pytest.mark.middle
@pytest.mark.anew
def test_files_read_together_tell_what_each_tells_alone(tmp_path: Path) -> None:
    write(tmp_path / "all", [*FILES, OTHER])
    drop_text(tmp_path / "all", "requests", "request_id,created_at\n1,2026-01-01\n")
    _, *found = sorted(ingested(tmp_path / "all"), key=lambda drop: drop.source != "requests")
    assert [Path(drop.file).name for drop in found] == [*FILES, OTHER]
    for drop in found:
        alone = tmp_path / drop.as_of.isoformat()
        write(alone, [Path(drop.file).name])
        own = only(alone)
        for told in ("read", "accepted", "refused", "repaired", "notes", "columns", "as_of"):
            assert getattr(own, told) == getattr(drop, told), (drop.file, told)
        for table in ("accepted", "refused", "repaired", "profile"):
            assert rows(own, table) == rows(drop, table), (drop.file, table)
    assert "other_scale" in {note.code for note in found[1].notes} and found[0].repaired


@pytest.mark.middle
@pytest.mark.anew
def test_where_files_cannot_be_typed_together_each_is_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise duckdb.OutOfMemoryException("too much")

    write(tmp_path / "all", [*FILES])
    before = ingested(tmp_path / "all")
    told = [[rows(drop, name) for name in ("accepted", "refused")] for drop in before]
    shutil.rmtree(tmp_path / "all" / "warehouse")
    monkeypatch.setattr(together, "type_rows", fails)
    found = lake.ingest(tmp_path / "all" / "raw", tmp_path / "all" / "warehouse")
    assert [[rows(drop, name) for name in ("accepted", "refused")] for drop in found] == told
