"""Serves an earlier build again, once it was read and found to be what was built."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from etl.build import contents, warehouse


@dataclass(frozen=True)
class Rollback:
    """The build that is served now, and whether it could be verified, as contents.verify says."""

    build_id: str
    state: str


def rollback(folder: Path, build_id: str | None = None, *, keep: int) -> Rollback:
    """Serves the build named, else the one served before; the last `keep` builds stay.

    Raises WarehouseError where there is none, or where it is damaged: what is served stays so.
    """
    with warehouse.lock(folder):
        served = warehouse.served_build(folder)
        if served is None:
            raise warehouse.WarehouseError("nothing_served")
        target = build_id or warehouse.previous_build(folder, served)
        if target is None:
            raise warehouse.WarehouseError("no_build_before", build=served)
        if target not in warehouse.build_ids(folder):
            known = ", ".join(warehouse.build_ids(folder))
            raise warehouse.WarehouseError("no_build_of", build=target, known=known)
        found = contents.verify(folder, target)
        differs = found["differs"]
        if found["state"] in ("unknown", "other_engine"):
            differs = _unreadable(warehouse.build_folder(folder, target))
        if differs:
            raise warehouse.WarehouseError(
                "rollback_damaged", build=target, differs=differs, served=served
            )
        warehouse.publish(folder, target, keep=keep)
        return Rollback(target, str(found["state"]))


def _unreadable(place: Path) -> list[dict[str, str]]:
    """The databases of a build that cannot be read from end to end, where no hash can tell."""
    found = []
    for database in contents.DATABASES:
        if (place / database).exists():
            try:
                with warehouse.open_build(place, database) as connection:
                    contents.hashes(connection)
            except duckdb.Error:
                found.append({"database": database, "table": "", "what": "unreadable"})
    return found
