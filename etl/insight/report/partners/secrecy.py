"""What statistical secrecy hides of a place, in a line where it is met and in a note at the end."""

from etl.insight.report.model import Table, Text
from etl.insight.report.partners.figures import Partners
from etl.insight.report.reading import Reading
from etl.insight.report.words import ReportWords


def untold(found: Partners, words: ReportWords) -> list[Text]:
    """One line on what was met and cannot be told; nothing where all of it is."""
    if not found.secret:
        return []
    names = ", ".join(found.secret)
    found.secret.clear()
    return [Text([words.gettext("Withheld by statistical secrecy: {names}.", names=names)], "note")]


def note(found: Partners, reading: Reading, words: ReportWords) -> Table:
    """What is protected, how, and how much of it is withheld."""
    _ = words.gettext
    settings = reading.settings
    lines = [
        _(
            "Jobs, euros, planned jobs and hires of co-operatives are protected: a figure is "
            "withheld where fewer than {firms} firms stand behind it, or where it would tell what "
            "is one firm’s to within {share}. Where that is safe, a band is told in its place. "
            "Withheld is never 0: a 0 is a true zero.",
            firms=str(settings["contributing_firms"]),
            share=words.percent(settings["interval_share"], 0),
        ),
        _(
            "Numbers of providers, hires and requests are rounded at random to a multiple of 5, so "
            "they need not add up; 1 to 4 reads “fewer than 5”. Of shares made of them, one that "
            "rounding alone could move by a fifth is a band."
        ),
        _(
            "Jobs gained, kept and lost, hires by co-operatives and euros per planned job are told "
            "to two digits, no finer than ten (euros: 100)."
        ),
        _("Counts of co-operatives and of projects are public, and told as they are."),
    ]
    if found.protected:
        lines.insert(
            1,
            _(
                "Of {all} protected figures {withheld} are withheld and {banded} told as a band.",
                all=words.number(found.protected),
                withheld=words.number(found.withheld),
                banded=words.number(found.banded),
            ),
        )
    return Table(_("Statistical secrecy"), (), (), empty=" ".join(lines))


def rounded(words: ReportWords) -> str:
    """What stands below numbers of persons."""
    return words.gettext(
        "Providers, hires and requests: rounded at random to a multiple of 5, they need not add up."
    )
