"""A few providers whose names, places and domains the tests of the search know by heart."""

from pathlib import Path

from tests.market import make_build

PROVIDERS = """\
provider_id,name,kind,modes,domains,approvals,commune_code,departement_code,reach_km,last_seen_on,left_on,siren,price_hour_eur
P1,Anne Le Gall,individual,direct,house_cleaning,,35238,,10,2026-10-01,,,15
P2,Ménage & Cœur,company,prestataire,house_cleaning|gardening,,35047,,20,2026-10-20,,552100554,28.5
P3,,association,,gardening,,,35,,2026-10-20,,,
P4,Parti,individual,direct,house_cleaning,,35238,,20,2026-06-01,2026-06-30,,
P5,Jardin d'Été,association,,gardening,,75056,,5,2026-10-02,,,
P6,<b>*Gras*</b> [x](//x.fr) $a$,company,prestataire,elderly_care,gardening:declaration,69123,,,,,,
P7,Sans lieu ni domaine,unknown,,,,,,,,,,
P8,Brest Aide,individual,direct,gardening,,29019,,5,2026-10-01,,,
P9,Zoé Pari,individual,direct,gardening,,33063,,5,2026-10-03,,,
"""
COOPERATIVES = """\
siren,name,form,cooperative_since
552100554,Cœur coopératif,scop,2019-05-01
"""
ODD = [
    "x" * 10_000, "mot " * 3000, "     ", "🙂🏠", "%", "_", "'", '"', "\\", "';--", "a\0b", "\0",
    "' OR 1=1 --", "); DROP TABLE marts.providers; --", "تنظيف المنزل", "\u202eeganém", "\ud800",
    "$words", "{n}", "-", "1" * 300, "\u200b", "<script>alert(1)</script>", "NULL", "İstanbul",
]  # fmt: skip


def make(folder: Path, more: str = "", cooperatives: str = COOPERATIVES) -> Path:
    """The warehouse of a build of them, and of ``more`` rows of providers."""
    drops = {
        "providers/2026-10-31.csv": PROVIDERS + more,
        "cooperatives/2026-10-31.csv": cooperatives,
    }
    make_build(folder, drops).close()
    return folder / "warehouse"
