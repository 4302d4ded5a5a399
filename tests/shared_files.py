"""Real files that are read where they lie and are no part of the project."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("MAILLAGE_SHARED", Path(__file__).parents[2] / "shared"))


def shared_file(name: str) -> Path:
    """The path of a shared file; the test is skipped without it, and fails where CI is set."""
    path = SHARED / name
    if not path.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{path} is missing")
        pytest.skip(f"{path} is not at hand")
    return path
