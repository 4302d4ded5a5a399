"""The ledger of publications: what partners were shown, edition by edition, and never rewritten.

    warehouse/published/0001-<inputs>.parquet   what an edition is made of, and what it is called
                        0001-<inputs>.duckdb    partners.duckdb as it was made
                        0001-<inputs>.sha256    its digest: two of equal content differ in bytes
                        key                     what rounds numbers of persons (mode 0600)

<inputs> names the drops, reference and code, not the ledger: so a build can be found again after
its own publication has entered it. Of each cell of firms the sirens are kept (public) and the
figure of each: who leaves the data later must not be worked out either. Files of earlier versions
have no edition: what they showed counts as shown.
"""

import hashlib
import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import duckdb

from etl import disk

KEY = "key"
DIGEST = ".sha256"


@dataclass(frozen=True)
class Published:
    """An edition in the ledger. told: what manifests say of it; key: which key rounded it."""

    label: str
    told: dict
    key: str
    file: Path

    @property
    def partners(self) -> Path:
        return self.file.with_suffix(".duckdb")

    @property
    def digest(self) -> str | None:
        """Of its file as it was made; None for an edition of before digests were kept."""
        kept = self.file.with_suffix(DIGEST)
        return kept.read_text("ascii", "replace") if kept.exists() else None


def folder(warehouse: Path) -> Path:
    return warehouse / "published"


def entries(warehouse: Path) -> list[Path]:
    """What each edition is made of, oldest first."""
    return sorted(folder(warehouse).glob("*.parquet"))


def before(warehouse: Path, inputs: str) -> tuple[list[Path], bool]:
    """The publications that a build of these inputs is made with, oldest first: all of them, or
    those before its own; and whether it has been published already."""
    found = entries(warehouse)
    for number, file in enumerate(found):
        if file.stem.partition("-")[2] == inputs:
            return found[:number], True
    return found, False


def fingerprint(found: list[Path]) -> str:
    """Of these publications, their names and content; '' when there is none."""
    if not found:
        return ""
    digest = hashlib.sha256()
    for file in found:
        digest.update(file.name.encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def append(warehouse: Path, inputs: str, entry: Path, partners: Path) -> None:
    """Enters what a build is about to show; nothing when these inputs were published before."""
    found, is_known = before(warehouse, inputs)
    if is_known:
        return
    folder(warehouse).mkdir(parents=True, exist_ok=True)
    number = int(found[-1].stem.partition("-")[0]) + 1 if found else 1
    place = folder(warehouse) / f"{number:04d}-{inputs}.parquet"
    # the entry comes last: an edition without it has not been shown
    disk.write(place.with_suffix(".duckdb"), partners.read_bytes())
    disk.write(place.with_suffix(DIGEST), digest(partners).encode("ascii"))
    disk.write(place, entry.read_bytes())


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def secret(warehouse: Path, *, make: bool) -> bytes | None:
    """The key of the ledger; None where there is none and none is to be made."""
    path = folder(warehouse) / KEY
    if not path.exists():
        if not make:
            return None
        path.parent.mkdir(parents=True, exist_ok=True)
        disk.write(path, fresh_key(), mode=0o600)
    return path.read_bytes()


def fresh_key() -> bytes:
    """A key that nobody knows."""
    return secrets.token_bytes(32)


def key_print(key: bytes) -> str:
    """Which key it is, without telling it."""
    return hashlib.sha256(b"key of the ledger" + key).hexdigest()[:16]


def last(found: list[Path], *, synthetic: bool) -> Published | None:
    """The last edition of these; what an invented marketplace showed says nothing of a real one."""
    for file in reversed(found):
        told = _said(file)
        if told and told["synthetic"] == synthetic:
            return Published(told["edition"], told["told"], told["key"], file)
    return None


def _said(file: Path) -> dict | None:
    """What an entry says of its edition; None for one of an earlier version."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT decode(value) FROM parquet_kv_metadata(?) WHERE decode(key) = 'edition'",
            [str(file)],
        ).fetchall()
    return json.loads(rows[0][0]) if rows else None


def rename(warehouse: Path, sirens: Collection[str]) -> None:
    """Gives the holders of these sirens other names, the same in all publications: persons who are
    to be forgotten. What was shown of them stays protected."""
    names = {siren: f"erased-{secrets.token_hex(8)}" for siren in sirens}
    place = "list_position($sirens, split_part(member, '|', 1))"
    is_theirs = f"len(list_filter(members, lambda member: {place} > 0)) > 0"
    renamed = (
        f"list_transform(members, lambda member: CASE WHEN {place} > 0"
        f" THEN $names[{place}] || '|' || split_part(member, '|', 2) ELSE member END)"
    )
    for file in entries(warehouse) if sirens else ():
        asked: dict[str, object] = {"sirens": list(names), "file": str(file)}
        with duckdb.connect() as connection:
            holding = f"SELECT 1 FROM read_parquet($file) WHERE {is_theirs} LIMIT 1"
            if not connection.execute(holding, asked).fetchall():
                continue
            connection.execute(
                f"CREATE TABLE entry AS SELECT * REPLACE ({renamed} AS members)"
                " FROM read_parquet($file)",
                asked | {"names": list(names.values())},
            )
            fresh = file.with_name(".entry")
            write(connection, fresh, _said(file))
        disk.sync(fresh)
        fresh.replace(file)
        disk.sync(file.parent)


def write(connection: duckdb.DuckDBPyConnection, path: Path, said: dict | None) -> None:
    """Writes the table `entry`, and what is said of the edition."""
    told = json.dumps(said, ensure_ascii=False).replace("'", "''")
    about = f", KV_METADATA {{edition: '{told}'}}" if said else ""
    connection.execute(
        f"COPY (SELECT * FROM entry ORDER BY ALL) TO '{path}'"
        f" (FORMAT parquet, COMPRESSION zstd{about})"
    )
