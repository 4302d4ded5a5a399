"""What codes are called: sources, kinds, states, steps and outcomes, in both languages."""

import json
from functools import lru_cache

from etl import paths
from etl.words import catalogue

FORMS = ("scop", "scic", "other", "unknown")
ORIGINS = ("ex_nihilo", "transmission", "rescue", "transformation", "unknown")
EXITS = ("closure", "liquidation", "merger", "conversion", "unknown")


def name(of: str, code: str, language: str) -> str:
    """The name of a code of one of the lists below; one that none knows stays."""
    return _names(language)[of].get(code, code)


@lru_cache(maxsize=2)
def _names(language: str) -> dict[str, dict[str, str]]:
    def _(text: str) -> str:
        return catalogue.gettext(text, language)

    return {
        "source": {
            path.stem: in_a_sentence(_(json.loads(path.read_text(encoding="utf-8"))["title"]))
            for path in paths.CONTRACTS.glob("*.json")
        },
        "kind": {
            "all": _("All kinds"),
            "individual": _("Individual"),
            "association": _("Association"),
            "company": _("Company"),
            "cooperative": _("Co-operative"),
            "unknown": _("Unknown kind"),
        },
        "state": {
            "short_of_supply": _("short of providers"),
            "unmatched": _("enough of both, badly matched"),
            "short_of_demand": _("short of requests"),
            "dormant": _("dormant: too few providers, no requests"),
            "healthy": _("healthy"),
            "unknown": _("outcomes unknown"),
        },
        "state in a word": {
            "short_of_supply": _("providers"),
            "unmatched": _("matching"),
            "short_of_demand": _("requests"),
            "dormant": _("dormant"),
            "healthy": _("healthy"),
            "unknown": _("unknown"),
        },
        "target": {
            "reached": _("reached"),
            "missed": _("missed"),
            "under_way": _("not reached yet"),
            "unknown": _("not known"),
        },
        "change": {"fell": _("fell"), "rose": _("rose")},
        "outcome": {"refused": _("refused"), "repaired": _("repaired")},
        "form": {
            "scop": _("SCOP (worker co-operative)"),
            "scic": _("SCIC (multi-stakeholder)"),
            "other": _("Other form"),
            "unknown": _("Form unknown"),
        },
        "origin": {
            "all": _("All origins"),
            "ex_nihilo": _("Started from nothing"),
            "transmission": _("Sound business handed over"),
            "rescue": _("Rescue of a failing business"),
            "transformation": _("Association or co-operative transformed"),
            "unknown": _("Origin unknown"),
        },
        "exit": {
            "closure": _("Closure"),
            "liquidation": _("Liquidation"),
            "merger": _("Merger"),
            "conversion": _("Conversion to another form"),
            "unknown": _("Kind of exit unknown"),
        },
        "no survival": {
            "living_only": _("cannot be told: the register shows the living only"),
            "seen_late": _("cannot be told: seen only after their first year"),
            "not_followed": _("cannot be told: at some age nobody was followed"),
            "too_young": _("too young"),
        },
        "complies": {"yes": _("Comply"), "no": _("Do not comply"), "unknown": _("Do not say")},
        "step": {
            "received": _("Received"),
            "supported": _("Supported"),
            "financed": _("Financed"),
            "agency_support": _("Backed by the agency"),
            "registered": _("Registered"),
            "abandoned": _("Abandoned"),
        },
        "cell": {
            "withheld": _("withheld"),
            "other_regions": _("Other regions together"),
        },
        "unit": {
            "share": _("%"),
            "count": _("number"),
            "hours": _("hours"),
            "time": _("hours or days"),
            "days": _("days"),
            "per_month": _("a month"),
            "per_month_per_person": _("a month, per 1,000 people"),
            "ratio": _("ratio"),
            "state": _("in words"),
            "index": _("0 to 10,000"),
            "eur_per_hour": _("€ an hour"),
            "eur": _("euros"),
        },
    }


def in_a_sentence(title: str) -> str:
    """A title as it reads amid a sentence; one that begins with several capitals stays."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]
