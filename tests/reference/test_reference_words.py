"""The reference tables that only the search reads: what people type for domains and places."""

from collections import Counter

from etl.intake.opening import NAME_KINDS
from tests.reference.test_reference import column, fold, table


def test_each_domain_has_everyday_words_in_both_languages():
    rows = table("everyday_words")
    counts = Counter((row["domain_code"], row["language"]) for row in rows)
    domains = column("domains", "domain_code")
    assert set(counts) == {(code, language) for code in domains for language in ("fr", "en")}
    assert min(counts.values()) >= 15
    pairs = [(fold(row["words"]), row["domain_code"]) for row in rows]
    assert len(set(pairs)) == len(pairs)
    aliases = {fold(row["alias"]): row["domain_code"] for row in table("domain_aliases")}
    shared = {words for words, code in pairs if aliases.get(words, code) != code}
    # of children of any age: what says no age asks for both domains; linen is ironed or fetched
    both = ({"childcare_under_3", "childcare_3_and_over"}, {"house_cleaning", "laundry_delivery"})
    for words, code in pairs:
        assert words not in shared or any({code, aliases[words]} <= two for two in both), words


def test_names_that_only_the_search_reads_lead_to_territories():
    known = {
        f"{level}:{row[f'{level}_code']}"
        for level in ("commune", "departement", "region")
        for row in table(f"{level}s")
    }
    rows = [row for row in table("place_names") if row["kind"] not in NAME_KINDS]
    assert {row["kind"] for row in rows} == {
        "old_region",
        "initials",
        "nickname",
        "english",
        "short",
    }
    assert {row["territory"] for row in rows} <= known
    old = {row["territory"] for row in rows if row["kind"] == "old_region"}
    alone = {"11", "24", "52", "53", "93", "94", "01", "02", "03", "04", "06"}  # as they were
    changed = {
        row["departement_code"] for row in table("departements") if row["region_code"] not in alone
    }
    assert changed == {territory.partition(":")[2] for territory in old}


def test_ordinary_words_are_folded_and_name_no_domain_by_themselves():
    words = column("ordinary_words", "word")
    assert words == sorted(set(words)) == [fold(word) for word in words]
    assert not set(words) & {fold(alias) for alias in column("domain_aliases", "alias")}
    assert not set(words) & {fold(words) for words in column("everyday_words", "words")}
