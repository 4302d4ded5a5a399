"""The build that a file of tests searches in: the few providers known by heart, and its NAMED."""

from pathlib import Path

import pytest

from tests import search_market


@pytest.fixture(scope="module")
def warehouse(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    named = getattr(request.module, "NAMED", "")
    return search_market.make(tmp_path_factory.mktemp("searched"), named)


@pytest.fixture
def served(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The build is that of the pages."""
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(warehouse))
