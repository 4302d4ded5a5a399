"""The build a start serves: the reader's own drops when there are any, else the sample.

python -m etl.first_build      makes one from data/raw or data/sample, unless one is served that
                               this code made: after an update the same drops are built again
"""

from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from etl import paths
from etl.build import fingerprint, mending
from etl.build import warehouse as warehouses
from etl.problems import Told

Progress = Callable[[str, float], None]


class ChecksFailed(Told):
    """The build was made but not published: checks failed that are named in the message."""


def ensure_build(raw: Path, warehouse: Path, sample_dir: Path, progress: Progress) -> str:
    """Publish a build unless one of this code is served; returns the id of the one that is served.

    Builds the drops below ``raw`` when there are any, else makes the sample in ``sample_dir`` and
    builds that. A build of other code stays when its drops are in neither folder: to make one of
    other drops would replace the reader's market. Callers that arrive meanwhile, in this process or
    another, wait and do nothing. ``progress`` takes a step's name and the fraction done (0 to 1).
    Where a build was made before, its drops are built, or it is said that they are missing; the
    sample takes the place of none. Raises etl.lake.InputErrors, etl.warehouse.WarehouseError or
    ChecksFailed, and publishes nothing then.
    """
    warehouses.refuse_misplaced(warehouse)
    warehouses.refuse_no_folder(raw)
    warehouse.mkdir(parents=True, exist_ok=True)
    progress("waiting", 0.0)
    with FileLock(warehouse / ".first.lock"):
        if warehouses.served_build(warehouse) is None and _had_build(warehouse):
            with warehouses.lock(warehouse):
                mending.mend(warehouse)
        served = warehouses.served_build(warehouse)
        if served and not _may_renew(warehouse, served, (raw, sample_dir)):
            return served
        # Only a first start pays for loading these.
        from etl.build.make import build
        from etl.sample import sample

        drops, share = raw, 0.0
        if not has_drops(raw):
            if _had_build(warehouse) and not has_drops(sample_dir):
                raise warehouses.WarehouseError("build_lost", folder=warehouse, raw=raw)
            drops, share = sample_dir, 0.4
            sample(
                sample_dir,
                progress=lambda step, part: progress("sample", share * part),
            )
        result = build(
            drops,
            warehouse,
            lambda step, part: progress("build", share + (1 - share) * part),
        )
        if not result.is_published:
            raise ChecksFailed("checks", checks=[one["check"] for one in result.checks_failed])
        progress("done", 1.0)
        return result.build_id


def _had_build(warehouse: Path) -> bool:
    """Whether anything says that a build was served, or made, before."""
    return bool(warehouses.publications(warehouse)) or any(
        warehouses.builds_folder(warehouse).glob("*")
    )


def is_outdated(warehouse: Path, build_id: str) -> bool:
    """Whether other code, or other reference tables, made a build: pages may not understand it."""
    return warehouses.manifest(warehouse, build_id).get("code") != fingerprint.fingerprint()


def _may_renew(warehouse: Path, build_id: str, folders: tuple[Path, ...]) -> bool:
    drops = warehouses.manifest(warehouse, build_id).get("drops")
    if drops is None:  # its manifest is damaged
        return any(map(has_drops, folders))
    return is_outdated(warehouse, build_id) and any(
        all((folder / drop["file"]).exists() for drop in drops) for folder in folders
    )


def has_drops(raw: Path) -> bool:
    """Whether a folder of drops holds any file in the folder of a source, or a link to a folder,
    which a build refuses with a word."""
    from etl.intake.drops import linked_folders

    files = (path for path in raw.glob("*/**/*") if not path.name.startswith("."))
    return any(path.is_file() for path in files) or any(linked_folders(raw))


if __name__ == "__main__":
    import sys

    from etl import console
    from etl.problems import InputErrors
    from etl.progress_bar import shown

    try:
        with shown() as report:
            assert report is not None
            served = ensure_build(
                paths.DATA / "raw", paths.DATA / "warehouse", paths.DATA / "sample", report
            )
        if is_outdated(paths.DATA / "warehouse", served):
            print(console.line("outdated"), file=sys.stderr)
    except (InputErrors, Told, OSError) as error:
        sys.exit("\n".join(console.told(error, paths.DATA)))
