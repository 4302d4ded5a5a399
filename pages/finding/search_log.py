"""Searches that found nobody: data/logs/searches-<day>.jsonl, for a set number of days.

An entry holds the domains and the territory asked for, the filters, and those words that are
vocabulary of domains. No other word is written: it might be somebody's name. Nor is who searched.
"""

import datetime as dt
import json
import logging
import os
import re
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pandas as pd
import streamlit as st

from etl import disk, settings
from pages.door import signed_out
from pages.finding.lexicon import load
from pages.finding.parse import Reading

log = logging.getLogger("maillage.searches")
_SEEN = "_searches_seen"
_lock = threading.Lock()
COLUMNS = ["day", "domains", "territory", "words"]
_DAY = re.compile(r"searches-(\d{4}-\d{2}-\d{2})\.jsonl")


def found_nobody(
    reading: Reading, scope: str, territory: str, filters: Mapping[str, str], page: str
) -> None:
    """Note a search without result, once in a visit. ``territory`` is '<level>-<code>'."""
    lexicon = load()
    bits = 0
    for mask in reading.masks.values():
        bits |= mask
    said = [code for code, bit in lexicon.bits.items() if bits & bit]
    places = [f"{place.level}-{place.code}" for place in reading.places]
    entry = {
        "page": page,
        "domains": [scope] if scope != "all" else sorted(said)[:5],
        "territory": places[0] if len(places) == 1 else territory,
        "filters": {k: v for k, v in sorted(filters.items()) if v},
        "words": sorted({*reading.masks, *reading.kinds}),
        "other_words": len([w for w in reading.words if w not in reading.masks]),
    }
    line = json.dumps(entry, ensure_ascii=False, sort_keys=True)
    seen: set[str] = st.session_state.setdefault(_SEEN, set())
    if line not in seen:
        seen.add(line)
        _write(entry)


def _write(entry: dict[str, object]) -> None:
    today = dt.datetime.now(dt.UTC).date()
    home = signed_out.logs()
    text = json.dumps({"day": today.isoformat(), **entry}, ensure_ascii=False) + "\n"
    try:
        with _lock:
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            remove_old(home, today, days_kept())
            path = home / f"searches-{today}.jsonl"
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(descriptor, text.encode())
            finally:
                os.close(descriptor)
    except OSError as error:
        log.error("A search without result could not be noted: %s", error)


def remove_old(home: Path, today: dt.date, days: int) -> None:
    """Remove the files of days more than ``days`` days ago."""
    for path in home.glob("searches-*.jsonl"):
        day = _DAY.fullmatch(path.name)
        if day and (today - dt.date.fromisoformat(day[1])).days > days:
            path.unlink(missing_ok=True)


def unmet(domains: frozenset[str] | None = None) -> pd.DataFrame:
    """Searches without result in the days kept: day, domains, territory, words; newest first."""
    oldest = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=days_kept())
    rows = []
    for path in sorted(signed_out.logs().glob("searches-*.jsonl"), reverse=True):
        day = _DAY.fullmatch(path.name)
        if day is None or dt.date.fromisoformat(day[1]) < oldest:
            continue
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                entry = disk.parsed(line)
                rows.append({name: entry[name] for name in COLUMNS})
            except (ValueError, KeyError, TypeError):
                continue  # a line cut short by a crash
    found = pd.DataFrame(rows, columns=COLUMNS)
    if domains is not None and len(found):
        found = found[found["domains"].map(lambda codes: bool(domains & set(codes)))]
    return found


@cache
def days_kept() -> int:
    """For how many days searches without result are kept."""
    return settings.load().failed_search_days
