"""Records are counted apart from the reader that reads them; a difference refuses the file."""

import json

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.intake import counted, text
from etl.problems import FileProblem
from tests.sizes import examples

CELLS = st.text(alphabet='a,;"\n\\[]{} é', max_size=6)
VALUES = st.recursive(
    CELLS | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(CELLS, inner)
)


@settings(max_examples=examples(200))
@given(st.lists(VALUES, max_size=5), st.sampled_from([1, 2, 3, 7, 4096]), st.booleans())
def test_the_elements_of_an_array_are_counted_whatever_is_in_them(
    tmp_path_factory, values, piece, is_wide
):
    path = tmp_path_factory.mktemp("json") / "a.json"
    path.write_text(json.dumps(values, indent=1 if is_wide else None, ensure_ascii=is_wide))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counted, "CHUNK", piece)
        assert counted.of_json_array(path) == len(values)


@pytest.mark.parametrize(
    ("content", "records"),
    [
        (b'a,b\n1,"x\n\ny"\n\n2,z\n', 2),
        (b"a,b\r\n1,x\r\n \r\n2,y\r3", 2),
        (b'a\n""\n\n" "\n', 2),
        (b"a\tb\n\t\t\n1\t2\n", 1),
        (b'a,b\n1, "x\ny"\n', 1),
    ],
)
def test_records_of_a_text(tmp_path, content, records):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    plain = text.Text(path, text.scan(iter([content])))
    assert counted.of_csv(plain, "\t" if b"\t" in content else ",", True) == records


def test_a_difference_refuses_the_file():
    with duckdb.connect() as con:
        con.execute("CREATE TABLE raw AS FROM range(3); CREATE TABLE malformed AS FROM range(2)")
        counted.refuse_difference(con, 5)
        with pytest.raises(FileProblem) as told:
            counted.refuse_difference(con, 6)
    assert (told.value.code, told.value.arguments) == ("other_count", {"counted": 6, "read": 5})
