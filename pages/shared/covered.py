"""What “covered” says, in the same words on every page.

A commune is covered in a domain when at least k active providers of that domain come there; so are
its people and the requests posted from it. Over several domains a share is the mean over those in
use, each with the same weight for people and communes, and by its requests for requests. What any
provider of several domains does is never called covered.
"""

from pages.shared import filters, i18n, theme

_ = i18n.gettext


def sentence(metric: str, share: float, k: int, domains: tuple[str, ...] | list[str]) -> str:
    """A coverage (coverage_population, coverage_demand or coverage_cells) in a sentence, as
    Markdown; domains: those that it is taken over, at least one."""
    what = {
        "coverage_population": _("**{share}** of people are covered"),
        "coverage_demand": _("**{share}** of requests are covered"),
        "coverage_cells": _("**{share}** of communes are covered"),
    }[metric].format(share=i18n.share(share))
    if len(domains) == 1:
        text = i18n.ngettext(
            "{what} (at least {k} active provider of {domain} comes there).",
            "{what} (at least {k} active providers of {domain} come there).",
            k,
        )
    elif metric == "coverage_demand":  # each counts in the domain that it asks for
        text = i18n.ngettext(
            "{what} (at least {k} active provider of the domain asked for comes there).",
            "{what} (at least {k} active providers of the domain asked for come there).",
            k,
        )
    else:
        text = i18n.ngettext(
            "{what}, on average over {domains} domains (at least {k} active provider of the "
            "domain comes there).",
            "{what}, on average over {domains} domains (at least {k} active providers of the "
            "domain come there).",
            k,
        )
    return text.format(
        what=what,
        k=i18n.number(k),
        domains=i18n.number(len(domains)),
        domain=theme.escape(filters.scope_label(domains[0])),
    )


def needs(k: int) -> str:
    """What covered asks for, for a line below a figure."""
    return i18n.ngettext(
        "at least {k} active provider of the domain",
        "at least {k} active providers of the domain",
        k,
    ).format(k=i18n.number(k))
