"""A value of a sidecar that cannot be used: its line is named, never a traceback."""

import pytest

from etl.intake.sidecar_lines import line_of
from tests.ingesting import drop_text, only, problems

ABOVE = 'as_of = 2026-11-01\n\n# a remark: rename = "x"\n'  # three lines


@pytest.mark.parametrize(
    ("sidecar", "line"),
    [
        ('date_format = "%F %T"', 4),  # Python writes it, DuckDB does not read it
        ('date_format = ["%d/%m/%Y", "%d/%m/%Y %s"]', 4),
        ('date_format = "%H:%M"', 4),  # no year: it would be 1900
        ("date_format = 3", 4),
        ('time_zone = "local"', 4),
        ('time_zone = "America"', 4),  # a folder of zones
        ('time_zone = "right/Europe/Paris"', 4),
        ("time_zone = 2", 4),
        ("skip = -1", 4),
        ("skip = 2.5", 4),
        ("skip = true", 4),
        ("skip = 99999999999999999999", 4),
        ('header = "id"', 4),
        ('header = ["id", "id "]', 4),
        ('header = ["", ""]', 4),
        ("sheets = []", 4),
        ('sheet = "a"\nsheets = ["a"]', 5),
        ('path = "data..x"', 4),
        ('encoding = "punycode"', 4),
        ('encoding = "a\\u0000b"', 4),
        ('separator = "\\u0000"', 4),
        ('mode = ["snapshot"]', 4),
        ("as_off = 2026-01-01", 4),
        ("[split.city]\ncolumn = 'x'\nseparator = '-'\npart = 0", 7),
        ("[split.city]\ncolumn = 'x'\nseparator = '-'\npart = 99999999999999999999", 7),
        ("[split.city]\ncolumn = 'x'\nseparator = '-'\npart = 5000", 7),
        ("[split]\ncity = 'x'", 5),
        ("[rename]\nname = 'x'\nprovider = 'y'", 6),
        ("[rename]\nname = 'x'\ncity = 'absent'", 6),
        ("[rename]\nname = ['x', 3]", 5),
        ("[rename.name]\ncolumn = 'x'", 4),
        ("[[rename]]\nname = 'x'", 4),
        ('rename = "name"', 4),
        ('rename.name = "absent"', 4),
        ('[values]\nAI = "association"', 5),
        ('[values.kind]\n"A = 1" = "company"\n"B" = ["x", "y"]', 6),
        ("[constant]\nname = {a = 1}", 5),
        ("[rename]\nname = 'x'\n[constant]\nname = 'y'", 7),
        ("[unpivot]\nfield = 'bandd'\nvalue = 'name'", 5),
    ],
)
def test_the_line_of_the_mistake_is_named(tmp_path, sidecar, line):
    drop_text(tmp_path, "providers", "id,x\n1,2\n", "a-2026-11-01.csv")
    text = ABOVE if "as_of" not in sidecar else ABOVE.replace("as_of = 2026-11-01", "")
    drop_text(tmp_path, "providers", text + sidecar, "a-2026-11-01.csv.toml")
    (problem,) = problems(tmp_path)
    assert problem.code.startswith("sidecar_")
    assert f"(“a-2026-11-01.csv.toml”, line {line})" in problem.reason_en
    assert f"(« a-2026-11-01.csv.toml », ligne {line})" in problem.reason_fr
    assert problem.remedy_en and problem.remedy_fr


@pytest.mark.parametrize("zone", ["europe/paris", "UTC", "America/New_York", "gmt"])
def test_a_time_zone_is_known_in_any_case(tmp_path, zone):
    drop_text(tmp_path, "requests", "request_id,created_at\n1,2026-07-01 12:00\n", "a.csv")
    drop_text(tmp_path, "requests", f'time_zone = "{zone}"\n', "a.csv.toml")
    assert only(tmp_path).accepted == 1


def test_keys_are_found_however_they_are_written():
    text = 'a.b = 1\n"c d" = 2\n[e."f.g"]\n\'h\' = 3 # [x]\ni.j = 4\n[[k]]\nl = 5\n'
    assert line_of(text, "a") == 1
    assert line_of(text, "c d") == 2
    assert line_of(text, '[e."f.g"] h') == 4
    assert line_of(text, '[e."f.g"] i') == 5
    assert line_of(text, "[k] l") == 7
    assert line_of(text, "nowhere") is None
