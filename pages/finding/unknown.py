"""Words that nobody knows, and what they may be: a beginning, a slip, two words in one."""

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from pages.finding import heard
from pages.finding.forms import root
from pages.finding.index import Index, Word
from pages.finding.lexicon import KINDS, LITTLE, Lexicon, stem
from pages.finding.slips import allowed
from pages.finding.typed import Typed

MOST_WORDS = 12  # that are looked at
LEAST_KIND = 8  # letters of a word that is the slip of a kind of provider
LEAST_BEGUN, LEAST_JOINED = 3, 6  # letters of a beginning, and of two words in one
LEAST_PART = 4  # letters of each of several words in one
_ELIDED = frozenset("cdjlmnst")
LEAST_TOLD = 5  # letters of the beginning of a domain's word


def unknown(
    words: list[str], lexicon: Lexicon, index: Index, with_places: bool, is_lost: bool = False
) -> dict[str, list[Word]]:
    """Words that nobody knows, as stems, with those that begin with them and those that they may
    be slips of; ``with_places``: the name of a place is no slip; ``is_lost``: those that are read
    alike too."""
    asked = {
        stem(word): word for word in words
        if not lexicon.is_plain(word) and word not in KINDS and stem(word) not in KINDS
    }  # fmt: skip
    known = index.known(asked)
    if not with_places:  # of a name, what is only a part of other phrases is no word
        known = {w: row for w, row in known.items() if row.providers or lexicon.asks_alone(w)}
    lost = [
        word for word, typed in asked.items()
        if word not in known and word not in lexicon.trades and not lexicon.is_common(word)
        and not (with_places and typed in lexicon.names.exact)
    ][:MOST_WORDS]  # fmt: skip
    same = heard.words_like(lost, index) if is_lost else {}
    return {word: [*_alike(word, asked[word], index), *same.get(word, [])] for word in lost}


def trades_as_one(typed: Typed, lexicon: Lexicon) -> Typed:
    """The words with those as one that name together what no domain is: maison de retraite."""
    words, written = list(typed.words), list(typed.written)
    for n in range(len(words)):
        for size in (4, 3, 2):
            if tuple(words[n : n + size]) in lexicon.trade_phrases:
                words[n : n + size] = ["".join(words[n : n + size])]
                written[n : n + size] = [" ".join(written[n : n + size])]
                break
    return typed._replace(words=words, written=written)


def kinds_of(typed: Typed, alike: dict[str, list[Word]]) -> tuple[Typed, dict[str, str]]:
    """The words with those that are slips of a kind of provider put right; and what was."""
    kinds: dict[str, str] = {}
    for word in typed.words:
        if stem(word) in alike and len(word) >= LEAST_KIND:
            near = extractOne(word, KINDS, scorer=OSA.distance, score_cutoff=allowed(word))
            if near and near[0][0] == word[0]:
                kinds[word] = near[0]
    return typed._replace(words=[kinds.get(word, word) for word in typed.words]), kinds


def taken_apart(
    typed: Typed, alike: dict[str, list[Word]], lexicon: Lexicon | None, index: Index
) -> tuple[Typed, dict[str, list[Word]]]:
    """A word that nobody knows, nor anything like it, as those that it is made of."""
    words: list[str] = []
    written: list[str] = []
    for word, as_written in zip(typed.words, typed.written, strict=True):
        parts = [word]
        is_lost = stem(word) in alike
        is_place = lexicon is not None and (word in lexicon.names.words or word in lexicon.foreign)
        is_elided = lexicon and word[1:] in lexicon.ordinary and word[0] in _ELIDED
        if is_elided and is_lost and not is_place:
            words.append(word[1:])  # jcherche
            written.append(word[1:])
            continue
        near = min((row.distance for row in alike.get(stem(word), ())), default=2)
        is_unlike = is_lost and near > 1
        if len(word) >= LEAST_JOINED and not is_place and is_unlike:
            halves = [(word[:n], word[n:]) for n in range(2, len(word) - 1)]
            known = index.known({stem(half) for pair in halves for half in pair})
            fit = [pair for pair in halves if all(stem(half) in known for half in pair)]
            fit = [pair for pair in fit if min(map(len, pair)) >= LEAST_BEGUN]
            if lexicon:
                fit = [pair for pair in fit if not any(map(lexicon.is_plain, pair))]
            parts = (_several(word, lexicon, index) if lexicon else []) or [
                *max(fit, key=lambda pair: min(map(len, pair)), default=parts)
            ]
            if len(parts) > 1 and lexicon and lexicon.names.is_city(word):
                parts = [word]  # tourcoin
        words += parts
        written += [as_written] if len(parts) == 1 else parts
    left = {word: near for word, near in alike.items() if word in map(stem, words)}
    return typed._replace(words=words, written=written), left


def _several(word: str, lexicon: Lexicon, index: Index) -> list[str]:
    """The words of a domain, little ones between them and a town that were joined: aideadomicile,
    menagetoulon; none where it is not made of such."""
    pieces = {word[n:m] for n in range(len(word)) for m in range(n + 1, len(word) + 1)}
    known = index.known({stem(piece) for piece in pieces if len(piece) >= LEAST_PART})
    domain = {w for w, row in known.items() if row.is_domain}
    best: list[list[str] | None] = [[]] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(end):
            before, piece = best[start], word[start:end]
            is_little = piece in LITTLE and start > 0 and end < len(word)
            is_part = len(piece) >= LEAST_PART and (
                stem(piece) in domain or lexicon.names.is_town(piece)
            )
            if before is None or not (is_part or is_little):
                continue
            found = best[end]
            if found is None or len(before) + 1 < len(found):
                best[end] = [*before, piece]
    parts = best[-1] or []
    return parts if any(stem(part) in domain for part in parts) else []


def _alike(word: str, typed: str, index: Index) -> list[Word]:
    if len(word) < LEAST_BEGUN or any(letter.isdigit() for letter in word):
        return []
    slips = allowed(typed)
    if slips:
        return index.begun(word) + index.slipped(word, slips)
    near = index.known(sorted(doubled(word))).values()
    return index.begun(word) + [row._replace(distance=1) for row in near]


def doubled(word: str) -> set[str]:
    """A word with one of its letters typed twice in place of once, or the other way round: the
    slip that short words have too."""
    once = {word[:n] + word[n + 1 :] for n in range(1, len(word)) if word[n] == word[n - 1]}
    return once | {word[:n] + letter + word[n:] for n, letter in enumerate(word)}


def domain_word(word: str, near: list[Word], lexicon: Lexicon) -> str:
    """The word of a domain that an unknown one is likely meant for, a form of it or a slip; ''
    where it is none. The first letter of a word may lack or be one too many, and is hardly ever
    wrong: londres, tondre."""
    forms = lexicon.forms.get(root(word), ())
    twice = doubled(word)
    if forms and not any(row.providers and row.word in twice for row in near):
        return min(forms, key=lambda form: (OSA.distance(form, word), form))
    found = [row for row in near if row.is_domain and lexicon.with_word.get(row.word)
        and (row.distance or len(word) >= LEAST_TOLD)
        and (row.word[0] == word[0] or row.word.endswith(word) or word.endswith(row.word))
    ]  # fmt: skip
    names = max((row.providers for row in near if row.distance <= 1), default=0)
    best = min(found, key=lambda row: (row.distance, len(row.word)), default=None)
    if best is None or (best.distance > 1 and names > 0):
        return ""
    return best.word if lexicon.domains_of([best.word], partly=True) or best.distance else ""
