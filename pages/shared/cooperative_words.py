"""Words for the codes of a co-operative: its form, its origin, how it ceased."""

from pages.shared import i18n

_ = i18n.gettext
FORMS = ("scop", "scic", "other", "unknown")
ORIGINS = ("ex_nihilo", "transmission", "rescue", "transformation", "unknown")
EXITS = ("closure", "liquidation", "merger", "conversion", "unknown")


def form(code: str) -> str:
    """The name of a legal form."""
    return {
        "scop": _("SCOP (worker co-operative)"),
        "scic": _("SCIC (multi-stakeholder)"),
        "other": _("Other form"),
        "unknown": _("Form unknown"),
    }.get(code, code)


def origin(code: str) -> str:
    """What a co-operative was born from."""
    return {
        "all": _("All origins"),
        "ex_nihilo": _("Started from nothing"),
        "transmission": _("Sound business handed over"),
        "rescue": _("Rescue of a failing business"),
        "transformation": _("Association or co-operative transformed"),
        "unknown": _("Origin unknown"),
    }.get(code, code)


def exit_kind(code: str) -> str:
    """How a co-operative ceased."""
    return {
        "closure": _("Closure"),
        "liquidation": _("Liquidation"),
        "merger": _("Merger"),
        "conversion": _("Conversion to another form"),
        "unknown": _("Kind of exit unknown"),
    }.get(code, code)
