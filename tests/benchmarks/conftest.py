"""Benchmarks run only where they are asked for by name (`make bench`)."""

from pathlib import Path

import pytest


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """True leaves a file out, None leaves the decision to others."""
    asked = any("benchmarks" in str(argument) for argument in config.invocation_params.args)
    return None if asked or collection_path.is_dir() else True
