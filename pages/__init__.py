"""The pages, in the order of the menu. A new page is a folder, a line here and its translations."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Page:
    """One entry of the menu; ``title`` is an English text with a French one in ``fr.po``."""

    slug: str
    title: str
    icon: str
    path: Path
    audience: tuple[str, ...] = ("founder",)


def _page(slug: str, title: str, icon: str, *audience: str) -> Page:
    path = Path(__file__).parent / slug / "page.py"
    return Page(slug, title, f":material/{icon}:", path, audience or ("founder",))


PAGES = [
    _page("overview", "Overview", "home"),
    _page("coverage", "Coverage", "map"),
    _page("compare", "Compare", "compare_arrows"),
    _page("recruit", "Recruit", "person_add"),
    _page("search", "Find a provider", "search"),
    _page("cooperatives", "Co-operatives", "diversity_3", "founder", "partner"),
    _page("projects", "Projects", "flag", "founder", "partner"),
    _page("quality", "Data quality", "fact_check"),
    _page("bring", "Bring files", "upload_file"),
]
