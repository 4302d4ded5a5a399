"""What the rows of a file tell together and none of them does: notes on the file as a whole.

One pass over the rows that can be used counts all of it; what is odd is looked at again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import duckdb

from etl.intake.contract import Contract, Field, name, quote
from etl.intake.looked_up import Lookups
from etl.intake.mapping import Mapping
from etl.intake.refusals import USED
from etl.intake.sidecar import Sidecar
from etl.problems import Note

FEWEST = 3  # values of a kind, which are no slip of one row
MANY_ALIKE = 10  # rows of one time or day that are not so by chance
NEAR_KM = 30  # as in place_answers.sql: a point of a commune is no farther from its own
GROUPED = ("city", "postcode")
# a population this much smaller than that of the reference is in another unit, or a share
FEW_PEOPLE = {"all": 0.01, "0-4": 0.001, "5-19": 0.001, "75+": 0.001}


@dataclasses.dataclass
class FileNotes:
    """Looks at `texts`, `typed`, `issues` and `refused_rows` of one file."""

    con: duckdb.DuckDBPyConnection
    contract: Contract
    mapping: Mapping
    sidecar: Sidecar
    lookups: Lookups
    counted: dict[str, Any] = dataclasses.field(default_factory=dict, init=False)

    def notes(self) -> list[Note]:
        asked = dict(self.asked())
        said = ", ".join(f"{sql} AS {name(each)}" for each, sql in asked.items())
        found = self.con.execute(f"SELECT {said} FROM typed WHERE {USED}").fetchone()
        self.counted = dict(zip(asked, found or (), strict=True))
        notes = [*self.lost_cities(), *self.points_outside(), *self.mirrored_points()]
        notes += [*self.shared_sirets(), *self.guessed_domains()]
        notes += [*self.one_time(), *self.zeroes(), *self.keys_alike(), *self.few_people()]
        notes += self.keys_of_one_case()
        notes += [*self.minutes_as_decimals(), *self.unusual(), *self.groups()]
        notes += [*self.same_moments(), *self.cut_keys(), *self.lost_letters()]
        return [*notes, Note("line_key")] if self.sidecar.key else notes

    # -- what is counted -----------------------------------------------------------------------

    def asked(self) -> Iterator[tuple[str, str]]:
        """The name of each number that a note asks for first, and SQL of it over the used rows."""
        yield "rows", "count(*)"
        if self.contract.has_place:
            city = "city IS NOT NULL AND place_precision <> 'abroad'"
            yield "cities", f"count(*) FILTER ({city})"
            yield "lost", f"count(*) FILTER ({city} AND place_precision <> 'commune')"
            if {"latitude", "longitude"} & self.mapping.texts.keys():
                for kind, code in (("outside", "point_outside"), ("torn", "place_conflict")):
                    of = "i_latitude, i_longitude, i_city, i_postcode, i_commune_code"
                    yield kind, f"count(*) FILTER ({quote(code)} IN ({of}))"
            for field in self.given(lambda field: field.name in GROUPED):
                yield f"given {field.name}", f"count({name(field.name)})"
        for field in self.given(lambda field: field.lookup == "domains" and not field.is_list):
            yield f"given {field.name}", "count(domain_code)"
        for field in self.words():
            yield f"lost {field.name}", f"count(*) FILTER ({is_lost(name(field.name))})"
        for field in self.later_moments():
            yield f"same {field.name}", f"count(*) FILTER ({name(field.name)} = created_at)"
        for field in self.with_times():
            yield f"first {field.name}", f"min({name(field.name)})"
            yield f"last {field.name}", f"max({name(field.name)})"
            yield f"filled {field.name}", f"count({name(field.name)})"
        for field in self.given(lambda field: field.is_above_zero):
            yield f"filled {field.name}", f"count({name(field.name)})"
            yield f"zeroes {field.name}", f"count(*) FILTER ({name(field.name)} = 0)"
        for field in self.keys():
            yield (
                f"padded {field.name}",
                f"bool_or({name(field.name)} >= '0' AND {name(field.name)} < '1')",
            )
            yield (
                f"cut {field.name}",
                f"count(*) FILTER (CASE WHEN strlen({name(field.name)}) BETWEEN 16 AND 20 "
                f"THEN regexp_full_match({name(field.name)}, '[1-9][0-9]{{14}}0+') END)",
            )
            for code, change in (("large", "lower"), ("small", "upper")):
                yield (
                    f"{code} {field.name}",
                    f"bool_or({name(field.name)} <> {change}({name(field.name)}))",
                )
            yield f"short {field.name}", f"min(strlen({name(field.name)}))"
            yield f"long {field.name}", f"max(strlen({name(field.name)}))"
        for field in self.given(lambda field: field.unit == "hours"):
            part = f"round({name(field.name)} % 1, 4)"
            yield f"minutes {field.name}", f"count(*) FILTER ({part} IN (0.15, 0.3, 0.45))"
            yield f"parts {field.name}", f"count(*) FILTER ({part} > 0)"
        for field in self.given(lambda field: bool(field.usual)):
            least, most = field.usual
            odd = f"{name(field.name)} > 0 AND {name(field.name)} NOT BETWEEN {least} AND {most}"
            yield f"odd {field.name}", f"count(*) FILTER ({odd})"
            yield f"above zero {field.name}", f"count(*) FILTER ({name(field.name)} > 0)"

    def given(self, of: Callable[[Field], bool]) -> list[Field]:
        """The fields of a kind that the file has a column for."""
        return self.mapping.given(self.contract, of)

    def with_times(self) -> list[Field]:
        return self.given(lambda f: (f.type == "datetime" and f.required) or f.is_own_day)

    def keys(self) -> list[Field]:
        return self.given(lambda f: f.identifier == "key" and not self.sidecar.key)

    def words(self) -> list[Field]:
        """The fields of words that nothing looks up, where those that are spoilt are not listed."""
        return self.given(
            lambda f: (
                f.type == "string"
                and not (f.enum or f.identifier or f.lookup or f.pattern or f.name == "url")
            )
        )

    def one(self, sql: str, **asked: object) -> tuple[Any, ...]:
        """The only row of a query."""
        row = self.con.execute(sql, asked or None).fetchone()
        assert row is not None
        return row

    # -- places --------------------------------------------------------------------------------

    def lost_cities(self) -> list[Note]:
        """Where more than a tenth of the rows with a city in France got no commune."""
        lost, given = self.counted.get("lost", 0), self.counted.get("cities", 0)
        return [Note("lost_cities", {"lost": lost, "given": given})] if 10 * lost > given else []

    def points_outside(self) -> list[Note]:
        """Where nearly all points of the file lie outside France: one thing to know, not many."""
        met = self.counted.get("outside", 0)
        if met < FEWEST:
            return []
        (given,) = self.one(
            f"SELECT count(coalesce(x_latitude, x_longitude)) FROM texts WHERE {USED}"
        )
        told = Note("points_outside", {"met": met, "given": given})
        return [told] if met >= 0.9 * given else []

    def mirrored_points(self) -> list[Note]:
        """Points that lie where the rest of their rows does once west is put for east: the sign of
        the longitude is lost, and nothing shows it in a row that has only its point."""
        if self.counted.get("torn", 0) < FEWEST:
            return []
        torn, mirrored = self.one(
            "WITH points AS (SELECT rid, commune_code, postcode, fold_city(x_city) AS word, "
            "list_transform(numbers_of(concat_ws(' ; ', x_latitude, x_longitude)), "
            "lambda number: TRY_CAST(replace(number, ',', '.') AS DOUBLE)) AS pair "
            "FROM typed INNER JOIN texts USING (rid) WHERE "
            "coalesce(x_latitude, x_longitude) IS NOT NULL AND 'place_conflict' IN "
            "(i_latitude, i_longitude, i_city, i_postcode, i_commune_code)), "
            "here AS (SELECT rid, pair, commune_code FROM points "
            "UNION ALL SELECT rid, pair, postcode_communes.commune_code FROM points "
            "INNER JOIN postcode_communes USING (postcode) "
            "UNION ALL SELECT rid, pair, city_names.commune_code FROM points "
            "INNER JOIN city_names USING (word)) "
            "SELECT count(DISTINCT rid), count(DISTINCT rid) FILTER (least("
            "great_circle_km(latitude::DOUBLE, longitude::DOUBLE, pair[1], -pair[2]), "
            "great_circle_km(latitude::DOUBLE, longitude::DOUBLE, pair[2], -pair[1])) "
            f"<= {NEAR_KM}) FROM here INNER JOIN reference.communes USING (commune_code) "
            "WHERE len(pair) > 1"
        )
        if mirrored < FEWEST or 2 * mirrored <= torn:
            return []
        (alone,) = self.one(
            f"SELECT count(*) FROM typed WHERE place_precision = 'point' AND {USED}"
        )
        return [Note("mirrored_points", {"met": mirrored, "torn": torn, "alone": alone})]

    # -- identifiers ---------------------------------------------------------------------------

    def shared_sirets(self) -> list[Note]:
        """Establishments that stand in the file under several identifiers."""
        if "siret" not in self.mapping.texts or "provider_id" not in self.mapping.texts:
            return []
        shared = self.con.execute(
            "SELECT siret, count(*), list(line ORDER BY line)[:5] FROM typed "
            f"WHERE siret IS NOT NULL AND {USED} "
            "GROUP BY siret HAVING count(DISTINCT provider_id) > 1 ORDER BY min(line), siret"
        ).fetchall()
        if not shared:
            return []
        siret, _, lines = shared[0]
        return [
            Note("shared_siret", {
                "sirets": len(shared),
                "rows": sum(rows for _, rows, _ in shared),
                "siret": siret,
                "lines": ", ".join(map(str, lines)),
            })
        ]  # fmt: skip

    def keys_alike(self) -> list[Note]:
        """Identifiers that differ by zeros at their start only, which a spreadsheet takes away."""
        notes = []
        for field in self.keys():
            counted, key = self.counted, name(field.name)
            # of one length no two differ so
            if not counted[f"padded {field.name}"] or (
                counted[f"short {field.name}"] == counted[f"long {field.name}"]
            ):
                continue
            met, pair = self.one(
                f"SELECT count(DISTINCT padded), min([padded, other]) FROM (SELECT {key} AS padded "
                f"FROM typed WHERE {key} >= '0' AND {key} < '1' AND {USED}) INNER JOIN "
                f"(SELECT {key} AS other FROM typed WHERE {USED}) "
                "ON ltrim(other, '0') = ltrim(padded, '0') AND other <> padded"
            )
            if met:
                told = {"field": field.name, "met": met, "value": pair[0], "other": pair[1]}
                notes.append(Note("keys_alike", told))
        return notes

    def keys_of_one_case(self) -> list[Note]:
        """Identifiers that differ by large and small letters only."""
        notes = []
        for field in self.keys():
            # without letters of both kinds no two differ so
            if not (self.counted[f"large {field.name}"] and self.counted[f"small {field.name}"]):
                continue
            key = name(field.name)
            met, pair = self.one(
                f"SELECT count(*), min(pair) FROM (SELECT [min({key}), max({key})] AS pair "
                f"FROM typed WHERE {USED} GROUP BY lower({key}) HAVING min({key}) <> max({key}))"
            )
            if met:
                told = {"field": field.name, "met": met, "value": pair[0], "other": pair[1]}
                notes.append(Note("keys_of_one_case", told))
        return notes

    # -- words ---------------------------------------------------------------------------------

    def lost_letters(self) -> list[Note]:
        """Words with a question mark between letters: an export writes it for a letter that its
        encoding lacks."""
        fields = [name(field.name) for field in self.words() if self.counted[f"lost {field.name}"]]
        if not fields:
            return []
        is_met = " OR ".join(is_lost(field) for field in fields)
        met, line = self.one(f"SELECT count(*), min(line) FROM typed WHERE ({is_met}) AND {USED}")
        return [Note("lost_characters", {"met": met, "line": line})]

    # -- values --------------------------------------------------------------------------------

    def guessed_domains(self) -> list[Note]:
        """Words that may mean several domains, of which one is taken."""
        fields = self.lookups.looked_up_fields("domains")
        if not fields:
            return []
        said = " UNION ALL ".join(f"SELECT x_{field.name} AS text FROM texts" for field in fields)
        words = self.con.execute(
            "SELECT any_value(item ORDER BY item) || ' = ' || domain_codes[1], sum(rows)::BIGINT "
            "FROM (SELECT unnest(CASE WHEN fold(text) IN (SELECT word FROM domain_words) "
            "THEN [text] ELSE items_of(text) END) AS item, rows "
            f"FROM (SELECT text, count(*) AS rows FROM ({said}) WHERE text IS NOT NULL GROUP BY 1)"
            ") JOIN domain_words ON word = fold(item) WHERE is_guess "
            "GROUP BY word, domain_codes ORDER BY 2 DESC, word"
        ).fetchall()
        shown = {"met": sum(met for _, met in words), "words": [word for word, _ in words]}
        return [Note("guessed_domains", shown)] if words else []

    def groups(self) -> list[Note]:
        """Columns that are filled on the first row of a group only, as merged cells and pivot
        tables leave them: every value once, the first row among them, most of the others empty."""
        notes = []
        for field in self.given(lambda field: f"given {field.name}" in self.counted):
            filled, rows = self.counted[f"given {field.name}"], self.counted["rows"]
            if not FEWEST <= filled <= rows / 2:
                continue
            text = name(f"x_{field.name}")
            met, values, is_first, side_by_side = self.one(
                "SELECT count(now), count(DISTINCT now), arg_min(now IS NOT NULL, rid), "
                "count(*) FILTER (now IS NOT NULL AND later IS NOT NULL) FROM "
                f"(SELECT rid, {text} AS now, lead({text}) OVER (ORDER BY rid) AS later "
                f"FROM texts WHERE {USED})"
            )
            if met == values and is_first and 4 * side_by_side <= met:
                told = {"field": field.name, "filled": met, "empty": rows - met}
                notes.append(Note("groups", told))
        return notes

    def later_moments(self) -> list[Field]:
        moments = self.given(lambda field: field.type == "datetime")
        names = [field.name for field in moments]
        return [f for f in moments if "created_at" in names and f.name != "created_at"]

    def same_moments(self) -> list[Note]:
        """Ends that have the time of their beginning in most rows, to the minute: it may be that of
        the row and of nothing else."""
        notes = []
        for field in self.later_moments():
            if self.counted[f"same {field.name}"] < MANY_ALIKE:
                continue
            text = name(f"x_{field.name}")
            met, filled = self.one(
                f"SELECT count(*) FILTER ({text} = x_created_at AND length({text}) > 10 "
                f"AND NOT regexp_matches({text}, '[T ]00:00(:00)?')), count({text}) "
                f"FROM texts WHERE {USED}"
            )
            if met >= MANY_ALIKE and 2 * met > filled:
                told = {"field": field.name, "other": "created_at", "met": met, "filled": filled}
                notes.append(Note("same_moments", told))
        return notes

    def cut_keys(self) -> list[Note]:
        """Identifiers of more than fifteen digits, the last of which are zeros: a spreadsheet keeps
        no more."""
        notes = []
        for field in self.keys():
            met = self.counted[f"cut {field.name}"]
            if met >= MANY_ALIKE and 2 * met > self.counted["rows"]:
                notes.append(Note("cut_keys", {"field": field.name, "met": met}))
        return notes

    def one_time(self) -> list[Note]:
        """Times that every row has alike, to the second, and days of a row's own that all share:
        those of an import, it may be."""
        notes = []
        for field in self.with_times():
            first, last, met = (
                self.counted[f"{part} {field.name}"] for part in ("first", "last", "filled")
            )
            if met < MANY_ALIKE or first != last:
                continue
            if field.type == "date":
                told = {"field": field.name, "met": met, "value": first.isoformat()}
                notes.append(Note("one_day", told))
                continue
            moment, is_day = self.one(
                "SELECT paris_time($moment), is_day(paris_time($moment))", moment=first
            )
            if not is_day:
                told = {"field": field.name, "met": met, "value": f"{moment:%Y-%m-%d %H:%M}"}
                notes.append(Note("one_moment", told))
        return notes

    def zeroes(self) -> list[Note]:
        """Zeros in most rows of a field where one is likelier an empty cell than a value."""
        notes = []
        for field in self.given(lambda field: field.is_above_zero):
            met, filled = self.counted[f"zeroes {field.name}"], self.counted[f"filled {field.name}"]
            if met >= FEWEST and 2 * met > filled:
                told = {"field": field.name, "met": met, "filled": filled}
                notes.append(Note("zeroes", told))
        return notes

    def minutes_as_decimals(self) -> list[Note]:
        """Hours like 1,30 and 2,45, and none like 1,5: their minutes may stand behind the comma."""
        notes = []
        for field in self.given(lambda field: field.unit == "hours"):
            met, parts = (self.counted[f"{kind} {field.name}"] for kind in ("minutes", "parts"))
            if met >= FEWEST and met == parts:
                notes.append(Note("minutes_as_decimals", {"field": field.name, "met": met}))
        return notes

    def unusual(self) -> list[Note]:
        """Numbers most of which lie where few of their field do: of a day, say, and not an hour."""
        notes = []
        for field in self.given(lambda field: bool(field.usual)):
            met, filled = (self.counted[f"{kind} {field.name}"] for kind in ("odd", "above zero"))
            if met >= FEWEST and 2 * met > filled:
                least, most = field.usual
                told = {"field": field.name, "met": met, "filled": filled}
                notes.append(Note("unusual", told | {"least": least, "most": most}))
        return notes

    def few_people(self) -> list[Note]:
        """Populations far below what the reference knows of their territories: in thousands, or as
        shares of the whole; or far above, as those of régions by whose codes départements go."""
        if not {"band", "population", "territory_level"} <= {*self.contract.names}:
            return []
        least = ", ".join(f"{quote(band)}: {share}" for band, share in FEW_PEOPLE.items())
        met, many, filled = self.one(
            "WITH people AS (SELECT unnest(["
            "{'level': 'country', 'code': 'FR'}, {'level': 'region', 'code': region_code}, "
            "{'level': 'departement', 'code': departement_code}, "
            "{'level': 'commune', 'code': commune_code}]) AS place, population::BIGINT AS number "
            "FROM reference.communes), "
            "known AS (SELECT place, sum(number) AS number FROM people GROUP BY place) "
            f"SELECT count(*) FILTER (population < number * MAP {{{least}}}[band]), "
            "count(*) FILTER (population > 3 * number AND territory_level <> 'commune'), count(*) "
            "FROM typed INNER JOIN known ON place.level = territory_level "
            f"AND place.code = territory_code WHERE population > 0 AND {USED}"
        )
        told = {"met": met, "filled": filled}
        if 2 * met > filled:
            return [Note("few_people", told)]
        # the département that lost most of its people has two fifths of them
        return [Note("many_people", {"met": many, "filled": filled})] if many else []


def is_lost(text: str) -> str:
    """SQL that is true of a text with a question mark within a word."""
    return rf"(contains({text}, '?') AND regexp_matches({text}, '\pL\?\pL'))"
