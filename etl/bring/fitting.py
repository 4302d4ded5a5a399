"""How well the contents of a column fill a field, whatever it is called: from 0 to 1."""

from __future__ import annotations

from dataclasses import dataclass

from etl.bring import lexicon, meanings
from etl.bring.looking import Column
from etl.intake.contract import Contract, Field

FEW = 40  # words of a state or a kind
SHORT = 100  # signs: a legal form in full
# A column whose values are nearly all of another kind than its name says, and hardly of that.
CONTRADICTED, FEW_OTHERS, FEW_DIFFERENT = 0.9, 0.4, 4
# Numbers of persons, and the most that a firm has in the middle of a list: wages are more.
PEOPLE = (
    "employees", "permanent_employees", "qualified_employees", "members", "member_employees",
)  # fmt: skip
MOST_PEOPLE = 5000
# What a firm is called, rather than a person; the share of its names and their words.
FIRMS = frozenset({"structure", "organisme", "entreprise", "societe", "association", "company"})
SHARED, FEW_WORDS = 0.9, 6
MOST_LISTS = 2  # columns of a list: its words, and their codes
PLAUSIBLE = (
    0.35  # few words, of which hardly one names a domain: it may still be the column of them
)


NEVER = ("0001-01-01", "0000-00-00", "9999-12-31", "01/01/0001", "31/12/9999")  # for none


@dataclass(frozen=True)
class Fit:
    """`score`: the share of values that the field can use; `is_own`: hardly any other field holds
    such values, so that they speak without a name."""

    score: float
    is_own: bool = False


NONE = Fit(0.0)


def fit(contract: Contract, field: Field, column: Column) -> Fit:
    """How a column's values fill a field; NONE where the column is empty."""
    if not column.filled:
        return NONE
    facts = column.facts
    share = facts.__getitem__
    if field.identifier in ("siren", "siret"):
        return Fit(
            share(field.identifier), is_own=share(field.identifier) > 0.9 and column.distinct > 2
        )
    if field.identifier == "key":
        return _key(contract, field, column)
    if field.name == "legal_category":
        return Fit(share("legal"))
    if field.lookup == "place":
        return _place(field, column)
    if field.lookup == "domains":
        return _domains(column)
    if field.lookup == "approvals":
        return Fit(_approvals(column))
    if field.lookup == "territory":
        return Fit(facts["territory"])
    if field.enum:
        return _enum(contract, field, column)
    if field.type == "boolean":
        return Fit(meanings.share(contract.name, field, column.words))
    if field.type in ("date", "datetime"):
        return Fit(_dated(column))
    if field.name == "year":
        return Fit(share("year"), is_own=share("year") > 0.95)
    if field.type in ("number", "integer"):
        return _number(field, column)
    if field.name == "url":
        return Fit(share("url"), is_own=share("url") > 0.9)
    return _text(field, column)


def is_another(field: Field, column: Column) -> bool:
    """Whether a column holds what its field never does, whatever it is called: SIRETs for SIRENs,
    codes of communes, or of another country's posts, for postcodes."""
    share = column.facts.get
    if not column.filled:
        return False
    if field.identifier in ("siren", "siret"):
        other = "siret" if field.identifier == "siren" else "siren"
        return share(other, 0) > CONTRADICTED and share(field.identifier, 0) < 1 - CONTRADICTED
    if field.name == "postcode":
        few = share("postcode", 0) < FEW_OTHERS and column.distinct > FEW_DIFFERENT
        is_foreign = share("postcode", 0) < FEW_OTHERS / 2 and column.distinct > FEW
        return few and (share("commune", 0) > CONTRADICTED or is_foreign)
    if field.name == "commune_code":
        few = share("commune", 0) < FEW_OTHERS and column.distinct > FEW_DIFFERENT
        return few and share("postcode", 0) > CONTRADICTED
    return False


def _dated(column: Column) -> float:
    """The share of values that are days or moments, by the formats that are told with them."""
    if column.facts["month_first"] and not column.dates:
        return 0.0
    never = sum(count for text, count in column.words if text.startswith(NEVER))
    share = column.facts["dated" if column.dates else "serial"]
    day = column.facts["day"] * column.filled / max(1, column.filled - never)
    return max(share, min(1.0, day) if never < column.filled else 0.0)


def _key(contract: Contract, field: Field, column: Column) -> Fit:
    """An identifier: filled, of one word, and nearly unique where it names the row."""
    facts = column.facts
    is_row = contract.key == (field.name,)
    if max(facts["dated"], facts["point_text"], facts["url"], facts["mail"]) > 0.5:
        return NONE
    if facts["coded"] < 0.8 and (is_row or not _names_firms(column)):
        return NONE
    if column.filled and facts["point"] > 0.2 * column.distinct:
        return NONE
    if not is_row:
        return Fit(1.0 if column.distinct > 1 or column.filled < 5 else 0.0)
    lacking = column.seen - column.filled
    # of a handful of rows one may lack its identifier
    filled = 1.0 if lacking == 1 and column.seen > 2 else column.filled / max(1, column.seen)
    unique = 1.0 if _is_of_lists(contract, column) else column.distinct / max(1, column.filled)
    if filled < 0.8 or unique < (0.6 if column.filled < FEW else 0.995):
        return NONE
    return Fit(filled * unique)


def _names_firms(column: Column) -> bool:
    """Whether a column holds the names of the firms that were hired, by what it says: those of
    persons are no identifiers."""
    words = lexicon.tokens(column.said)
    is_hired = bool(words & FIRMS) and bool(words & lexicon.vocabulary("hired").keys())
    return is_hired and _worded(column) > SHARED


def _worded(column: Column) -> float:
    facts = column.facts
    return facts["wordy"] if facts["words"] <= FEW_WORDS and not facts["address"] else 0.0


def _is_of_lists(contract: Contract, column: Column) -> bool:
    """Whether a file has a row for each entry of a list: the rows of one identifier differ in a
    column or two and agree in all else."""
    is_few = 0 < len(column.within) <= MOST_LISTS
    return bool(contract.lists) and is_few and column.distinct > 1


def _place(field: Field, column: Column) -> Fit:
    facts = column.facts
    name = field.name
    if name == "commune_code":
        is_own = facts["commune"] > 0.97 and facts["postcode"] < 0.6 and column.distinct > 4
        return Fit(facts["commune"], is_own)
    if name == "postcode":
        is_own = facts["postcode"] > 0.97 and facts["commune"] < 0.9 and column.distinct > 4
        return Fit(max(facts["postcode"], facts["five_digits"] * 0.9), is_own)
    if name == "city":
        return Fit(
            facts["city"], facts["city"] > 0.9 and facts["wordy"] > 0.95 and column.distinct > 2
        )
    if name == "departement_code":
        return Fit(
            max(facts["departement"], facts["departement_name"]), facts["departement_name"] > 0.9
        )
    if name == "region":
        return Fit(max(facts["region"], facts["region_name"]), facts["region_name"] > 0.9)
    if name == "country":
        return Fit(facts["country"])
    if name == "latitude":
        point = facts["point_text"]
        return Fit(max(facts["latitude"], point), point > 0.9)
    return Fit(facts["longitude"])


def _domains(column: Column) -> Fit:
    separator = meanings.separator_of(column.words)
    share = meanings.domain_share(column.words, separator)
    is_flag = column.facts["flag"] > 0.9 or column.facts["day"] > 0.5
    is_text = column.facts["wordy"] > 0.5 or column.facts["code"] > 0.5
    if is_flag or not is_text:
        return NONE
    few = column.facts["naf"] > 0.8 or column.distinct <= max(60, column.filled * 0.3)
    is_own = share > 0.7 and column.facts["words"] < 12
    return Fit(max(share, PLAUSIBLE if few else 0.0), is_own)


APPROVALS = (
    "agrement",
    "declaration",
    "autorisation",
    "agree",
    "declare",
    "autorise",
    "accreditation",
)


def _approvals(column: Column) -> float:
    total = sum(count for _, count in column.words) or 1
    known = 0
    for text, count in column.words:
        kinds = [meanings.fold(item.rsplit(":", 1)[-1]) for item in meanings.ITEMS.split(text)]
        known += count * all(
            kind.rstrip("es") in {a.rstrip("es") for a in APPROVALS} for kind in kinds
        )
    return known / total


def _enum(contract: Contract, field: Field, column: Column) -> Fit:
    if column.distinct > FEW or column.facts["letters"] > SHORT or not column.words:
        return NONE
    share = meanings.share(contract.name, field, column.words)
    is_plain = share > 0.6 and meanings.plain_share(contract.name, field, column.words) > 0.6
    is_own = is_plain and column.facts["flag"] < 0.5 and column.facts["wordy"] > 0.8
    paid = lexicon.vocabulary("paid").keys()  # what becomes of a bill is told in the same words
    is_own = is_own and not any(paid & set(meanings.fold(text).split()) for text, _ in column.words)
    return Fit(share, is_own)


def _number(field: Field, column: Column) -> Fit:
    facts = column.facts
    if field.name in PEOPLE and facts["middle"] > MOST_PEOPLE:
        return NONE
    if facts["number"] < 0.5 or facts["day"] > 0.5:
        return NONE
    if max(facts["siret"], facts["siren"] * (facts["least"] > 9_999_999)) > 0.5:
        return NONE
    if field.type == "integer" and facts["whole"] < 0.9:
        return NONE
    if field.minimum is not None and facts["least"] < field.minimum:
        return NONE
    if field.maximum is not None and field.scale is None and facts["middle"] > field.maximum:
        return NONE
    return Fit(facts["number"])


def _text(field: Field, column: Column) -> Fit:
    facts = column.facts
    if (
        facts["wordy"] < 0.5
        or max(facts["url"], facts["day"], facts["address"], facts["mail"]) > 0.5
    ):
        return NONE
    if field.name == "name" and (column.distinct < 0.2 * column.filled or facts["city"] > 0.8):
        return NONE
    return Fit(facts["wordy"])
