"""The order of two values of a row: what a contract's row checks make of the typed values."""

from __future__ import annotations

from etl.intake.contract import Contract, name, quote

OFFSET = "(Z|[+-][0-9]{2}:?([0-9]{2})?)$"  # of a time that says how far it is from UTC


def checked_moments(contract: Contract) -> dict[str, str]:
    """The moments that have to come after another, and which."""
    checks = contract.row_checks
    return {c.field: c.other for c in checks if contract[c.field].type == "datetime"}


def row_checked(contract: Contract, time_zone: str, valued: str) -> str:
    """A value that contradicts another is left out; a bare day of the same day is moved up.

    A file that writes only the day of an answer does not say that it came before its request;
    nor does one that writes both in the hour that comes twice in autumn, without an offset: the
    request is of the first time then, and what is counted between them an hour longer.
    """
    replaced: dict[str, str] = {}
    cases: dict[str, str] = {}
    for check in contract.row_checks:
        field, broken, kept = check.field, check.is_broken, "NULL"
        if contract[field].type == "datetime":
            value, first = name(field), name(check.other)
            kept = (
                f"CASE WHEN is_day_{field} AND {value} + INTERVAL 1 DAY > {first} THEN {first} "
                f"WHEN {value} + INTERVAL 1 HOUR >= {first} "
                f"AND is_second_time({first}, {quote(time_zone)}) "
                f"AND NOT regexp_matches(written_{check.other}, {quote(OFFSET)}) "
                f"THEN {value} + INTERVAL 1 HOUR END"
            )
        # a CASE looks at the rows that reach it: in a clean file at none, where AND would at all
        before = replaced.get(field, name(field))
        replaced[field] = f"CASE WHEN {broken} THEN {kept} ELSE {before} END"
        issue = name("i_" + field)
        cases[issue] = cases.get(issue, f"WHEN {issue} IS NOT NULL THEN {issue}")
        is_left_out = f"CASE WHEN {broken} THEN {kept} IS NULL ELSE FALSE END"
        cases[issue] += f" WHEN {is_left_out} THEN {quote(check.reason_code)}"
    lines = [f"{sql} AS {name(field)}" for field, sql in replaced.items()]
    lines += [f"CASE {each} END AS {issue}" for issue, each in cases.items()]
    checked = checked_moments(contract)
    drop = "".join(f", is_day_{field}" for field in checked)
    drop += "".join(f", written_{field}" for field in sorted(set(checked.values())))
    if not lines:
        return valued
    exclude = f" EXCLUDE ({drop[2:]})" if drop else ""
    return f"SELECT *{exclude} REPLACE ({', '.join(lines)}) FROM ({valued})"
