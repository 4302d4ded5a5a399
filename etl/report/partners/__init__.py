"""The partners' report: how the co-operatives grow, from tables that partners may see."""

from etl.report.model import Report
from etl.report.reading import Reading
from etl.report.words import ReportWords


def report(reading: Reading, words: ReportWords) -> Report:
    """The report of an open partners.duckdb (or of any database with the same tables)."""
    raise NotImplementedError
