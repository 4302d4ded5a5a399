"""The lists within an object are found, wherever the pieces end that the file is read in."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.intake import json_lists
from tests.sizes import examples

TEXTS = st.text('ab"\\[]{},:é\n', max_size=6)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.integers(0, 9) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)


def lists_of(told: Any, above: tuple[str, ...] = ()) -> dict[tuple[str, ...], list[Any]]:
    found: dict[tuple[str, ...], list[Any]] = {}
    for key, value in told.items():
        if isinstance(value, list):
            found[*above, key] = value
        elif isinstance(value, dict):
            found |= lists_of(value, (*above, key))
    return found


@settings(max_examples=examples(200), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    told=st.dictionaries(TEXTS, VALUES, max_size=3),
    size=st.integers(1, 40),
    indent=st.sampled_from([None, 1]),
)
def test_each_list_is_where_it_is_said_to_be(
    tmp_path: Path, told: dict[str, Any], size: int, indent: int | None
) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(told, ensure_ascii=False, indent=indent), encoding="utf-8")
    content = path.read_bytes()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_lists, "CHUNK", size)
        found = json_lists.wrapper(path)
    assert found is not None
    inner = {one.keys: json.loads(content[one.start : one.end]) for one in found.lists.values()}
    wanted = lists_of(told)
    names = {".".join(keys) for keys in wanted}
    assert {".".join(keys) for keys in inner} == names
    assert all(wanted[keys] == value for keys, value in inner.items())
    path.write_bytes(content[:-1])  # not whole
    assert json_lists.wrapper(path) is None
