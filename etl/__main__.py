"""What is done with drops and builds: python -m etl <command>."""

import argparse
import json
import sys
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import gettempdir

import duckdb

from etl import check, console, disk, forget, layers, mail, paths, progress_bar, sample
from etl.bring import folders
from etl.build import contents, make, rollback, territory, warehouse
from etl.insight import digest, part, registry, report
from etl.problems import InputErrors, Told, shown
from etl.settings import load as load_settings
from etl.words import lines, reasons

OK, FAILED = 0, 1  # argparse itself ends with 2 on wrong use


def main(arguments: list[str] | None = None) -> int:
    """Runs one command. Exit status: 0 done, 1 the input or a check failed, 2 wrong use."""
    options = _parser().parse_args(arguments)
    try:
        if "warehouse" in options:
            warehouse.refuse_misplaced(options.warehouse)
        return options.run(options)
    except (InputErrors, Told, OSError) as error:
        return _refuse(options, console.told(error, _folder(options)))
    except duckdb.Error as error:
        if disk.is_full(error):
            return _refuse(options, console.told(error, _folder(options)))
        reads_only = "warehouse" in options and "raw" not in options
        if reads_only and (found := contents.damaged(options.warehouse)):
            names = ", ".join(found)
            return _refuse(options, [console.line("error_build_damaged", builds=names)])
        raise
    except (KeyboardInterrupt, RuntimeError) as error:
        # within a query it is DuckDB that is interrupted
        if isinstance(error, RuntimeError) and str(error) != "Query interrupted":
            raise
        console.complain(console.line("interrupted"))
        return FAILED


def _folder(options: argparse.Namespace) -> object:
    """Where a command writes."""
    return getattr(options, "warehouse", None) or getattr(options, "directory", "") or gettempdir()


def _refuse(options: argparse.Namespace, messages: list[str]) -> int:
    for message in messages:
        console.complain(message)
    if getattr(options, "json", False):
        print(json.dumps({"published": False, "errors": messages}, ensure_ascii=False))
    return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m etl", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    making = commands.add_parser("sample", help="write the drops of a synthetic marketplace")
    making.add_argument("directory", type=Path, metavar="DIR")
    for name, default in (
        ("requests", 60_000), ("cooperatives", 120), ("seed", 1),
    ):  # fmt: skip
        making.add_argument(f"--{name}", type=_count, default=default, metavar="N")
    for name, default in (("providers", 4000), ("months", 36)):
        making.add_argument(f"--{name}", type=_positive, default=default, metavar="N")
    making.add_argument(
        "--until", type=date.fromisoformat, default=sample.DEFAULT_UNTIL, metavar="DATE"
    )
    making.set_defaults(run=_sample)

    building = commands.add_parser("build", help="load the drops, check them and publish a build")
    building.add_argument("--raw", type=Path, default=paths.DATA / "raw", metavar="DIR")
    building.add_argument(
        "--engine", choices=["duckdb"], default="duckdb", help="the engine that runs the SQL layers"
    )
    building.add_argument(
        "--accept-lost-ledger", action="store_true",
        help="publish to partners again although what they were shown before is lost",
    )  # fmt: skip
    building.add_argument(
        "--edition", choices=["now"],
        help="make an edition for partners now; without it, the first build of a quarter does",
    )  # fmt: skip
    building.set_defaults(run=_build)

    checking = commands.add_parser("check", help="validate files without building")
    checking.add_argument("files", type=Path, nargs="+", metavar="FILE")
    checking.add_argument("--source", required=True, metavar="NAME")
    checking.set_defaults(run=_check)

    telling = commands.add_parser("status", help="builds, which one is served, freshness, counts")
    telling.add_argument(
        "--verify", action="store_true", help="whether each build still holds what was built"
    )
    telling.set_defaults(run=_status)

    returning = commands.add_parser("rollback", help="serve an earlier build")
    returning.add_argument("build", nargs="?", metavar="ID")
    returning.set_defaults(run=_rollback)

    digesting = commands.add_parser("digest", help="what changed since the previous build")
    digesting.add_argument(
        "--mail", action="store_true", help="send it to whom data/mail.toml says, once each"
    )
    digesting.add_argument("--lang", choices=["fr", "en"])
    digesting.add_argument("--format", choices=list(digest.FORMATS))
    digesting.add_argument("--for", dest="audience", choices=digest.AUDIENCES)
    digesting.set_defaults(run=partial(_digest, digesting))

    reporting = commands.add_parser("report", help="a report to take into a meeting: PDF or XLSX")
    reporting.add_argument("--for", dest="audience", choices=report.AUDIENCES, required=True)
    reporting.add_argument(
        "--out", type=_report_file, required=True, metavar="FILE", help="ends with .pdf or .xlsx"
    )
    reporting.add_argument("--lang", choices=report.LANGUAGES, default=console.language())
    reporting.set_defaults(run=partial(_report, reporting))
    for command in (digesting, reporting):
        for key, name in (
            ("regions", "region"),
            ("departements", "departement"),
            ("domains", "domain"),
        ):
            command.add_argument(
                f"--{name}", dest=key, type=partial(_code, key), action="append", default=[],
                metavar="CODE", help=f"tell of this {name} and no other; may be given again",
            )  # fmt: skip
        command.add_argument(
            "--france", action="store_true", help="tell founders of all of it, not of our territory"
        )

    forgetting = commands.add_parser("forget", help="erase a person from drops, builds and logs")
    forgetting.add_argument("kind", choices=["provider"])
    forgetting.add_argument("id", type=_identifier, metavar="ID")
    forgetting.add_argument("--raw", type=Path, default=paths.DATA / "raw", metavar="DIR")
    forgetting.set_defaults(run=_forget)

    printing = commands.add_parser("metric", help="print the whole SQL of a metric")
    printing.add_argument("name", choices=list(registry.metrics()), metavar="NAME")
    printing.set_defaults(run=_metric)

    for command in (building, telling, returning, digesting, reporting, forgetting):
        command.add_argument(
            "--warehouse", type=Path, default=paths.DATA / "warehouse", metavar="DIR"
        )
    for command in (making, building, checking, telling, returning, forgetting):
        command.add_argument("--json", action="store_true", help="one JSON object on stdout")
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{text} is below 0")
    return number


def _positive(text: str) -> int:
    if _count(text) == 0:
        raise argparse.ArgumentTypeError("at least 1 is needed")
    return int(text)


def _identifier(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError(console.line("blank_id"))
    if text != shown(text):  # bytes that the terminal sent in another encoding
        raise argparse.ArgumentTypeError(console.line("no_text_id"))
    return text


def _code(key: str, text: str) -> str:
    if text in part.known(key):
        return text
    near = part.near(text, key)
    hint = console.line("nearest_code", near=near) if near else ""
    raise argparse.ArgumentTypeError(f"{console.line('unknown_code', value=text)} {hint}".strip())


def _report_file(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower().removeprefix(".") not in report.FORMATS:
        raise argparse.ArgumentTypeError(f"{text} ends neither with .pdf nor with .xlsx")
    return path


def _sample(options: argparse.Namespace) -> int:
    with progress_bar.shown(quiet=options.json) as report:
        written = sample.sample(
            options.directory,
            providers=options.providers,
            requests=options.requests,
            cooperatives=options.cooperatives,
            months=options.months,
            until=options.until,
            seed=options.seed,
            progress=report,
        )
    if options.json:
        print(json.dumps(written, ensure_ascii=False))
    else:
        counts = ", ".join(f"{name} {count}" for name, count in written.items())
        print(console.line("sample", folder=options.directory, counts=counts))
    return OK


def _build(options: argparse.Namespace) -> int:
    with progress_bar.shown(quiet=options.json) as report:
        result = make.build(
            options.raw,
            options.warehouse,
            report,
            accepts_lost_ledger=options.accept_lost_ledger,
            edition_now=options.edition == "now",
        )
    if options.json:
        print(json.dumps(reasons.told_build(result.as_json()), ensure_ascii=False))
    else:
        console.built(result)
    return OK if result.is_published else FAILED


def _check(options: argparse.Namespace) -> int:
    return check.run(
        options.files, options.source, as_json=options.json, language=console.language()
    )


def _status(options: argparse.Namespace) -> int:
    told = warehouse.status(options.warehouse)
    if options.verify:
        for item in told["builds"]:
            item["verified"] = contents.verify(options.warehouse, item["build"])
    if options.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        console.status(told)
    differs = [item for item in told["builds"] if item.get("verified", {}).get("differs")]
    return FAILED if differs or (options.verify and told["torn"]) else OK


def _rollback(options: argparse.Namespace) -> int:
    keep = load_settings().builds_kept
    done = rollback.rollback(options.warehouse, options.build, keep=keep)
    if options.json:
        print(json.dumps({"served": done.build_id, "verified": done.state}))
    else:
        console.rolled_back(done)
    return OK


def _part(options: argparse.Namespace, audience: str) -> part.Part:
    """The part that is asked for; where no place is, that of founders is our territory, as the
    served build holds it."""
    codes = {key: getattr(options, key) for key in part.KEYS}
    is_ours = audience == "founders" and not options.france
    served = warehouse.served_build(options.warehouse) if is_ours else None
    if served and not any(codes[key] for key in territory.LEVELS):
        codes |= warehouse.manifest(options.warehouse, served).get("territory") or {}
    return part.of(codes)


def _digest(parser: argparse.ArgumentParser, options: argparse.Namespace) -> int:
    given = [getattr(options, key) for key in part.KEYS]
    if options.mail:
        if any((options.lang, options.format, options.audience, options.france, *given)):
            parser.error(console.line("mail_alone", file=folders.here().mailing))
        return _mail(options.warehouse)
    audience = options.audience or digest.AUDIENCES[0]
    text = digest.digest(
        options.warehouse, language=options.lang or console.language(),
        form=options.format or "md", audience=audience, part=_part(options, audience),
    )  # fmt: skip
    print(text, end="")
    return OK


def _mail(warehouse_folder: Path) -> int:
    here = folders.here()
    mailing = mail.read(here.mailing)
    if not mailing.recipients:
        console.complain(console.line("mail_nobody", file=here.mailing))
    outcomes = mail.send(warehouse_folder, mailing, here.logs)
    for one in outcomes:
        spoken = console.language()
        why = lines.told(one.why, spoken) if isinstance(one.why, Told) else one.why
        text = console.line(f"mail_{one.state}", address=one.address, why=why)
        print(text, file=sys.stdout if one.is_well else sys.stderr)
    return OK if all(one.is_well for one in outcomes) else FAILED


def _report(parser: argparse.ArgumentParser, options: argparse.Namespace) -> int:
    form = options.out.suffix.lower().removeprefix(".")
    asked = _part(options, options.audience)
    if len(asked.domains) > 1:
        parser.error("a report tells of one --domain (or family), or of all")
    if options.audience == "partners" and not report.is_for_partners(asked):
        parser.error("the report for partners tells of all France or of one --region")
    made = report.make(options.warehouse, options.audience, options.lang, form, asked)
    options.out.write_bytes(made)
    return OK


def _metric(options: argparse.Namespace) -> int:
    print(layers.read_sql(layers.FOLDERS["metrics"] / f"{options.name}.sql").body)
    return OK


def _forget(options: argparse.Namespace) -> int:
    logs = folders.here().logs
    with progress_bar.shown(quiet=options.json) as report:
        erased = forget.forget(options.id, options.raw, options.warehouse, logs, report)
    if options.json:
        print(json.dumps(erased.as_json(), ensure_ascii=False))
    else:
        print(
            erased.text(console.language()), file=sys.stdout if erased.is_published else sys.stderr
        )
    return OK if erased.is_published else FAILED


if __name__ == "__main__":
    sys.exit(main())
