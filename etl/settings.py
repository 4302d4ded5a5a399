"""What the figures take for granted: etl/settings.toml, read once."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SETTINGS_FILE = Path(__file__).with_name("settings.toml")


@dataclass(frozen=True)
class Settings:
    """The settings a build is made with; days, months, kilometres and numbers as named."""

    k: int
    freshness_days: int
    fill_days: int
    horizons_days: tuple[int, ...]
    default_reach_km: float
    max_reach_km: float
    window_months: int
    history_months: int
    fill_target: float
    zero_response_limit: float
    pressure_limit: float
    recruit_least: float
    contributing_firms: int
    interval_share: float
    held_share: float
    builds_kept: int
    access_log_months: int
    failed_search_days: int


@cache
def load(path: Path = SETTINGS_FILE) -> Settings:
    """Reads the settings; ValueError names what is wrong with them."""
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    unknown = values.keys() ^ Settings.__dataclass_fields__.keys()
    if unknown:
        raise ValueError(f"{path.name}: missing or unknown settings: {', '.join(sorted(unknown))}")
    values["horizons_days"] = tuple(values["horizons_days"])
    settings = Settings(**values)
    if settings.fill_days not in settings.horizons_days:
        raise ValueError(f"{path.name}: horizons_days must hold fill_days ({settings.fill_days})")
    if not 0 < settings.history_months <= 62:
        raise ValueError(f"{path.name}: history_months must be 1 to 62: sets of months are bits")
    return settings
