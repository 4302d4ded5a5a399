"""Writes queries.csv: `python -m tests.judged.make WAREHOUSE` over the sample of 50,000 providers.

Names and places are drawn by a seed from the build; words for domains, and the last list, are
written by hand. Half of the queries carry what people do to words: a typo of one letter (two in a
long word), accents and hyphens left out, words turned round. No search was asked.
"""

import csv
import random
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd

from tests import judged

SEED = 20261123
KEYS = dict(zip("abcdefghijklmnopqrstuvwxyz", "qvxsrfghijklmnoipazrtyxcezs", strict=False))
# what people type, and the domains that answer it
ASKED = [
    ("ménage", "house_cleaning"), ("femme de ménage", "house_cleaning"),
    ("repassage", "house_cleaning"), ("jardinage", "gardening"),
    ("tonte de pelouse", "gardening"), ("bricolage", "handyman"),
    ("petits travaux", "handyman"), ("nounou", "childcare_under_3"),
    ("baby-sitting", "childcare_3_and_over"), ("aide aux devoirs", "tutoring"),
    ("soutien scolaire", "tutoring"), ("cours particuliers", "tutoring"),
    ("aide à domicile", "elderly_care"), ("auxiliaire de vie", "elderly_care"),
    ("aide aux personnes âgées", "elderly_care"), ("portage de repas", "meal_delivery"),
    ("livraison de courses", "shopping_delivery"),
    ("dépannage informatique", "computer_help"), ("aide administrative", "admin_help"),
    ("esthéticienne à domicile", "beauty_care"), ("téléassistance", "telecare"),
]  # fmt: skip
# written by hand: the text, what is hard in it, the intent
WRITTEN = [
    ("menage rennes", "accent", {"domains": "house_cleaning", "commune": "35238"}),
    ("aide personne agee 35", "accent", {"domains": "elderly_care", "departement": "35"}),
    ("jardinnage", "typo", {"domains": "gardening"}),
    ("soutien scolaire maths lyon 3", "",
     {"domains": "tutoring", "commune": "69123", "postcode": "69003"}),
    ("lyon 3 maths soutien scolaire", "inversion",
     {"domains": "tutoring", "commune": "69123", "postcode": "69003"}),
    ("menage paris 11e", "accent",
     {"domains": "house_cleaning", "commune": "75056", "postcode": "75011"}),
    ("marseille 9 bricoleur", "inversion",
     {"domains": "handyman", "commune": "13055", "postcode": "13009"}),
    ("ménage Saint-Denis", "", {"domains": "house_cleaning", "commune": "93066|97411|11339|30247"}),
    ("bricolage st denis", "abbreviation",
     {"domains": "handyman", "commune": "93066|97411|11339|30247"}),
    ("jardinage st etienne", "abbreviation", {"domains": "gardening", "commune": "42218"}),
    ("mennage a renne", "typo", {"domains": "house_cleaning", "commune": "35238"}),
    ("soutient scolaire marseile", "typo", {"domains": "tutoring", "commune": "13055"}),
    ("babysiting toulouse", "typo", {"domains": "childcare_3_and_over", "commune": "31555"}),
    ("garde d'enfants à Nantes", "", {"domains": "childcare_3_and_over", "commune": "44109"}),
    ("garde d’enfant nantes", "elision", {"domains": "childcare_3_and_over", "commune": "44109"}),
    ("nounous bordeaux", "plural", {"domains": "childcare_under_3", "commune": "33063"}),
    ("jardiniers ille et vilaine", "plural", {"domains": "gardening", "departement": "35"}),
    ("aides menageres Strasbourg", "plural", {"domains": "house_cleaning", "commune": "67482"}),
    ("l'aide informatique à l'Haÿ-les-Roses", "elision",
     {"domains": "computer_help", "commune": "94038"}),
    ("cours de piano Lile", "typo", {"domains": "tutoring", "commune": "59350"}),
    ("BRICOLEUR MONTPELLIER", "case", {"domains": "handyman", "commune": "34172"}),
    ("promenade de chiens Paris", "", {"domains": "pet_care", "commune": "75056"}),
    ("garde malade finistere", "accent", {"domains": "elderly_care", "departement": "29"}),
    ("ménage 974", "", {"domains": "house_cleaning", "departement": "974"}),
    ("jardinage 2A", "", {"domains": "gardening", "departement": "2A"}),
    ("aide a domicile bretagne", "accent", {"domains": "elderly_care", "region": "53"}),
    ("livraison repas Provence-Alpes-Côte d'Azur", "",
     {"domains": "meal_delivery", "region": "93"}),
    ("repas à domicile bouche du rhone", "typo",
     {"domains": "meal_delivery|meal_preparation", "departement": "13"}),
    ("association jardinage Toulouse", "",
     {"domains": "gardening", "commune": "31555", "kind": "association"}),
    ("gardening rennes", "", {"domains": "gardening", "commune": "35238"}),
    ("house cleaning paris 15", "",
     {"domains": "house_cleaning", "commune": "75056", "postcode": "75015"}),
    ("elderly care nice", "", {"domains": "elderly_care", "commune": "06088"}),
    ("homme a tout faire grenoble", "accent", {"domains": "handyman", "commune": "38185"}),
    ("menuage villeurbane", "typo", {"domains": "house_cleaning", "commune": "69266"}),
    ("personnes agées angers aide", "inversion", {"domains": "elderly_care", "commune": "49007"}),
    ("LSF Paris", "", {"domains": "sign_language", "commune": "75056"}),
]  # fmt: skip


def plain(text: str) -> str:
    """Lower case, without accents, hyphens and apostrophes."""
    marks = unicodedata.normalize("NFD", text.lower().replace("œ", "oe"))
    text = "".join(c for c in marks if not unicodedata.combining(c))
    return " ".join(text.replace("-", " ").replace("'", " ").split())


def misspelt(draw: random.Random, text: str) -> str:
    """The text with a slip in its longest word; with two in a word of nine letters or more."""
    words = plain(text).split()
    at = max(range(len(words)), key=lambda n: (len(words[n]), -n))
    word = words[at]
    for _ in range(2 if len(word) >= 9 and draw.random() < 0.4 else 1):
        n = draw.randrange(1, len(word) - 1)
        slip = draw.choice(["drop", "double", "swap", "key"])
        if slip == "drop":
            word = word[:n] + word[n + 1 :]
        elif slip == "double":
            word = word[:n] + word[n] + word[n:]
        elif slip == "swap":
            word = word[:n] + word[n + 1] + word[n] + word[n + 2 :]
        else:
            word = word[:n] + KEYS.get(word[n], "e") + word[n + 1 :]
    words[at] = word
    return " ".join(words)


def inverted(text: str, place: str) -> str:
    """The place first; where none is, the last word first."""
    if place and text.endswith(place):
        return plain(f"{place} {text.removesuffix(place)}")
    words = plain(text).split()
    return " ".join([words[-1], *words[:-1]])


def spoilt(draw: random.Random, text: str, place: str, kind: str) -> tuple[str, str]:
    """What is typed instead, and what is hard in it."""
    if kind == "inversion" and len(text.split()) > 1:
        return inverted(text, place), kind
    return (misspelt(draw, text), "typo") if kind else (text, "")


def drawn(draw: random.Random, build: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str, dict]]:
    """(text as it should be written, the place's part of it, intent)."""
    everybody = judged.providers(build)
    known = everybody[everybody["commune_code"].notna() & everybody["is_active"]]
    communes = build.execute("FROM reference.communes").df().set_index("commune_code")
    departements = build.execute("FROM reference.departements").df()
    people = known[known["siren"].isna() & (known["kind"] == "individual")]
    firms = known[known["siren"].notna() & (known["kind"] != "cooperative")]
    coops = known[known["kind"] == "cooperative"]

    def some(rows: pd.DataFrame, n: int) -> list:
        return rows.sample(n, random_state=draw.randrange(10**6)).to_dict("records")

    for row in some(people, 14):
        yield row["name"], "", {"name": row["name"]}
    for row in some(people, 16):
        town = communes.loc[row["commune_code"], "name"]
        yield f"{row['name']} {town}", town, {"name": row["name"], "commune": row["commune_code"]}
    for row in some(firms, 30) + some(coops, 6):
        town = communes.loc[row["commune_code"], "name"]
        yield row["name"], town, {"name": row["name"]}
    for row in some(firms[firms["postcode"].notna()], 6):
        wanted = {"name": row["name"], "postcode": row["postcode"]}
        yield f"{row['name']} {row['postcode']}", row["postcode"], wanted
    towns = communes[communes["population"] > 15000]
    unique = towns[~towns["name"].map(plain).isin(
        communes["name"].map(plain).value_counts().loc[lambda n: n > 1].index
    )]  # fmt: skip
    for n, (code, town) in enumerate(unique.sample(40, random_state=SEED)["name"].items()):
        asked, domains = ASKED[n % len(ASKED)]
        yield f"{asked} {town}", town, {"domains": domains, "commune": str(code)}
    for n, row in enumerate(some(departements[departements["departement_code"] != "75"], 16)):
        asked, domains = ASKED[(n * 5) % len(ASKED)]
        code = row["departement_code"]
        where = code if n % 2 else row["name"]
        yield f"{asked} {where}", where, {"domains": domains, "departement": code}
    for n, row in enumerate(some(known[known["postcode"].notna()], 12)):
        asked, domains = ASKED[(n * 4) % 15]
        yield (
            f"{asked} {row['postcode']}",
            row["postcode"],
            {"domains": domains, "postcode": row["postcode"]},
        )
    for asked, domains in ASKED[::2]:
        yield asked, "", {"domains": domains}
    for code, town in unique.sample(6, random_state=SEED + 1)["name"].items():
        yield town, "", {"commune": str(code)}


def main(warehouse: Path) -> None:
    draw = random.Random(SEED)
    build = duckdb.connect(str(warehouse / "current" / "marketplace.duckdb"), read_only=True)
    everybody, communes = judged.providers(build), judged.communes_of(build)
    asked = []
    for n, (text, place, intent) in enumerate(drawn(draw, build)):
        kind = ("", "typo", "", "typo", "", "inversion", "typo", "")[n % 8]
        asked.append((*spoilt(draw, text, place, kind), intent))
    with_siren = everybody[everybody["siren"].notna()].sample(8, random_state=SEED)
    for n, row in enumerate(with_siren.to_dict("records")):
        siren = row["siren"]
        shown = siren if n % 2 else f"{siren[:3]} {siren[3:6]} {siren[6:]}"
        asked.append((shown, "", {"siren": siren}))
    for row in everybody[everybody["siren"].notna()].sample(5, random_state=1).to_dict("records"):
        asked.append((f'"{row["name"]}"', "", {"name": row["name"]}))
    asked += WRITTEN
    seen: set[str] = set()
    with judged.FILE.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(judged.COLUMNS)
        for text, kind, intent in asked:
            whole = {name: intent.get(name, "") for name in judged.INTENT}
            ids = judged.relevant(whole, everybody, communes)
            if not ids or text in seen:
                print("left out:", text, kind, intent)
                continue
            seen.add(text)
            writer.writerow([text, kind, *whole.values(), len(ids), " ".join(ids[:3])])
    print(len(seen), "queries")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
