"""Choosing what a file is and how its columns and words fill a source."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import streamlit as st

from etl.bring import domain_words, saying
from etl.bring import draft as drafts
from etl.bring.draft import Draft
from etl.bring.looking import Column, Looked, Reading
from etl.bring.proposal import Match, Proposal, Words, propose
from etl.intake import contract as contracts
from etl.intake import name_dates
from etl.intake.contract import Field
from etl.intake.profile_words import ProfileWords
from pages.bring import telling
from pages.bring.choices import Choices
from pages.shared import filters, i18n, theme

_ = i18n.gettext
PROPOSED, EMPTY = "\0proposed", "\0empty"  # no name of a column: a file cannot hold it
WORDS_SHOWN = 12
AT_ONCE, HIGH = 4, 400  # words that stand free; of more, the height of the box that scrolls
OFFERED = 300  # columns in a list; a table that is wider is no list of ours
EXAMPLES = 3
# What may say that somebody is no longer there.
ENDS = {
    "providers": {"left_on", "last_seen_on", "is_active"},
    "cooperatives": {"ceased_on", "is_active"},
}


def source(looked: Looked, chosen: Choices, key: str) -> Proposal:
    """What the file is: the guess with its reason, and a list to change it."""
    guessed = propose(looked)
    options = contracts.sources()
    first = chosen.source or guessed.source
    if guessed.source is None:
        why = saying.why_none(guessed, i18n.language())
        theme.empty_state(
            _("This file looks like none of the sources."),
            f"{why} {_('If it is one all the same, choose which.')}",
        )
    picked = st.selectbox(
        _("What is one row of this file?"),
        options,
        index=options.index(first) if first in options else None,
        format_func=lambda name: i18n.name("source", name),
        placeholder=_("None of these"),
        key=f"source_{key}",
    )
    for guess in guessed.sources[:1]:
        if picked == guess.source:
            st.caption(theme.escape(saying.source(guess, i18n.language())))
    if picked != first:  # other fields
        chosen.columns, chosen.words = {}, {}
    chosen.source = picked
    if picked is None:
        return guessed
    return propose(looked, picked, chosen.columns)


def columns(looked: Looked, proposal: Proposal, chosen: Choices, key: str) -> Proposal:
    """A list for each field, those that are filled or required first; gives the proposal anew."""
    contract = contracts.load(str(proposal.source))
    before = dict(chosen.columns)
    way = drafts.with_conventions(looked, proposal.matches, contract.name)
    matches = {match.field: match for match in proposal.matches}
    if chosen.columns:  # what was proposed for them can be taken again
        proposed = {match.field: match for match in propose(looked, proposal.source).matches}
        matches |= {name: proposed[name] for name in chosen.columns if name in proposed}
    first = [f for f in contract.fields if f.required or f.name in matches]
    rest = [f for f in contract.fields if f not in first]
    for entry in first:
        _column(looked, entry, matches.get(entry.name), chosen, key, way)
    if rest:
        with st.expander(
            i18n.ngettext("{n} more field, empty", "{n} more fields, empty", len(rest)).format(
                n=i18n.number(len(rest))
            )
        ):
            for entry in rest:
                _column(looked, entry, None, chosen, key, way)
    is_as_before = chosen.columns == before
    again = proposal if is_as_before else propose(looked, proposal.source, chosen.columns)
    for name in again.missing:
        st.warning(
            _("{field} is required and no column fills it: choose one.").format(
                field=theme.escape(telling.title(contract.name, name))
            )
        )
    if again.key_by_line:
        st.caption(
            _("No column names a row: each line counts as a request of its own, once per file.")
        )
    for match in again.matches:
        ticked = match.details["values"] if match.verb == "flags" else {}
        entry = contract[match.field]
        is_domain = entry.lookup == "domains"
        open_words = {c: v for c, v in ticked.items() if is_domain and domain_words.is_guess(c)}
        if open_words:
            text = _("These ticks leave open which one they mean, and are taken so: {words}.")
            st.caption(theme.escape(text.format(words=_guesses(again, entry, open_words))))
    ends = ENDS.get(contract.name)
    if ends and not ends & {match.field for match in again.matches}:
        st.caption(_("No column says who is active or has left: every row counts as active."))
    if again.unused:
        st.caption(_("Not used: {columns}.").format(columns=theme.escape(", ".join(again.unused))))
    return again


def _column(
    looked: Looked, entry: Field, match: Match | None, chosen: Choices, key: str, way: Reading
) -> None:
    """The list of one field: as proposed, empty, or any column."""
    usable = [column for column in looked.columns if column.is_usable and not column.private]
    by_name = {column.name: column for column in usable[:OFFERED]}
    picked_before = chosen.columns.get(entry.name, PROPOSED)
    # what a browser sends back is the text of an option: no two may read the same
    same = {telling.filled_by(match)} if match else set()
    options = [*([PROPOSED] if match else []), EMPTY, *(n for n in by_name if n not in same)]
    now = EMPTY if picked_before is None else picked_before
    if now in same:
        now = PROPOSED
    if now not in options:
        now = EMPTY
    title = telling.title(str(chosen.source), entry.name) + (" *" if entry.required else "")
    left, right = st.columns([3, 4], vertical_alignment="bottom")
    with left:
        picked = st.selectbox(
            title,
            options,
            index=options.index(now),
            format_func=lambda name: _option(name, match),
            help=telling.description(str(chosen.source), entry.name),
            key=f"column_{key}_{chosen.source}_{entry.name}_{match is not None}",
        )
    with right:
        if picked == PROPOSED and match:
            one = match.columns[0] if len(match.columns) == 1 else ""
            examples = by_name[one].examples if one in by_name else ()
            st.caption(
                "  \n".join(
                    theme.escape(text)
                    for text in (
                        _examples(looked, match.columns),
                        _("{how}: {why}").format(
                            how=telling.sure(match.confidence),
                            why=saying.match(match, i18n.language()),
                        ),
                        telling.effect(
                            str(chosen.source),
                            entry.name,
                            examples,
                            match.details.get("factor"),
                            way,
                        ),
                    )
                    if text
                )
            )
        elif picked in by_name:
            told = telling.effect(
                str(chosen.source), entry.name, by_name[picked].examples, None, way
            )
            texts = filter(None, (_examples(looked, [picked]), told))
            st.caption("  \n".join(map(theme.escape, texts)))
    if picked != now:
        if picked == PROPOSED:
            chosen.columns.pop(entry.name, None)
        else:
            chosen.columns[entry.name] = None if picked == EMPTY else picked
        chosen.words.pop(entry.name, None)


def _option(name: str, match: Match | None) -> str:
    if name == EMPTY:
        return _("(leave empty)")
    if name == PROPOSED and match:
        return telling.filled_by(match)
    return name


def _examples(looked: Looked, names: Sequence[str]) -> str:
    by_name = {column.name: column for column in reversed(looked.columns)}
    found: list[Column] = [by_name[name] for name in names if name in by_name]
    return " / ".join(" · ".join(column.examples[:EXAMPLES]) for column in found)


def rules(proposal: Proposal, chosen: Choices, key: str) -> Proposal:
    """Which rows are left out, and which are one; gives the proposal with those that hold."""
    if proposal.rules:
        st.markdown(f"**{_('Which rows count?')}**")
    texts = {
        "where": _("Leave out the rows whose “{column}” is {values}"),
        "merge": _("Make one row of those of one “{column}”, with all they say of: {values}"),
    }
    kept = []
    for rule in proposal.rules:
        values = [f"“{value}”" for value in rule.values[:WORDS_SHOWN]]
        if rule.verb == "merge":
            values = [telling.title(str(proposal.source), name) for name in rule.values]
        text = texts[rule.verb].format(column=rule.column, values=", ".join(values))
        holds = st.checkbox(
            theme.escape(text),
            value=rule.name not in chosen.declined,
            key=f"rule_{key}_{rule.name}",
        )
        st.caption(theme.escape(saying.rule(rule, i18n.language())))
        kept += [rule] * holds
    held = {rule.name for rule in kept}
    chosen.declined = [rule.name for rule in proposal.rules if rule.name not in held]
    return replace(proposal, rules=tuple(kept))


def words(proposal: Proposal, chosen: Choices, key: str) -> None:
    """For each column of words what each of its words stands for."""
    left = {(rule.column, text) for rule in proposal.rules for text in rule.values}
    for found in proposal.words:
        counted = (word for word in found.entries if (found.column, word.text) not in left)
        each = replace(found, entries=tuple(counted))
        entry = contracts.load(str(proposal.source))[each.field]
        title = telling.title(str(proposal.source), each.field)
        shown = each.entries[:WORDS_SHOWN]
        doubtful = [word for word in each.entries if word.guess]
        open_words = [word for word in each.entries if word.value is None or word.guess]
        label = _("{field}: what the words of “{column}” stand for").format(
            field=title, column=each.column
        )
        if doubtful:
            listed = _guesses(proposal, entry, {word.text: word.guess for word in doubtful})
            text = _(
                "These leave open which one they mean, and are unknown until you choose: {words}."
            )
            st.caption(theme.escape(text.format(words=listed)))
        with st.expander(label, expanded=bool(open_words)):
            # so that the buttons below stay near, however many words nobody knows
            with st.container(height=HIGH if len(shown) > AT_ONCE else "content", border=False):
                for place in range(len(shown)):
                    _word(each, place, entry, chosen, key)
            if len(each.entries) > len(shown):
                more = len(each.entries) - len(shown)
                text = i18n.ngettext(
                    "{n} rarer word is read as proposed.",
                    "{n} rarer words are read as proposed.",
                    more,
                )
                st.caption(text.format(n=i18n.number(more)))


def _guesses(proposal: Proposal, entry: Field, words: Mapping[str, str]) -> str:
    """Words of several meanings, each with the one that is guessed."""
    shown = [
        _("“{word}” ({guess}?)").format(word=word, guess=_value(str(proposal.source), entry, value))
        for word, value in words.items()
    ]
    return ", ".join(shown[:WORDS_SHOWN])


def _word(words: Words, place: int, entry: Field, chosen: Choices, key: str) -> None:
    word = words.entries[place]
    told = chosen.words.setdefault(entry.name, {})
    now = told.get(word.text, word.value or "")
    label = f"{word.text} ({i18n.number(word.count)})"
    # by the word, as another sheet may have another one in its place
    widget = f"word_{key}_{chosen.source}_{entry.name}_{words.column}_{word.text}"
    options = _values(entry)
    if entry.is_list:
        held = [value for value in now.split("|") if value]
        picked = "|".join(
            st.multiselect(
                label,
                [*options, *(value for value in held if value not in options)],
                default=held,
                format_func=lambda value: _value(str(chosen.source), entry, value),
                placeholder=_("unknown"),
                key=widget,
            )
        )
    else:
        values = ["", *options, *([now] if now and now not in options else [])]
        picked = st.selectbox(
            label,
            values,
            index=values.index(now),
            format_func=lambda value: (
                _value(str(chosen.source), entry, value) if value else _("unknown")
            ),
            key=widget,
        )
    if picked != (word.value or ""):
        told[word.text] = picked
    else:
        told.pop(word.text, None)


def _values(entry: Field) -> list[str]:
    """The values that a field of words may have."""
    if entry.lookup == "domains":
        return [*filters.domains_of("all")]
    if entry.type == "boolean":
        return ["true", "false"]
    return [*entry.enum]


def _value(source: str, entry: Field, value: str) -> str:
    if entry.lookup == "domains":
        return filters.scope_label(value)
    row = {"value": value, "label_en": None, "label_fr": None}
    return ProfileWords([], source, i18n.language(), titled=True).value(entry.name, row)


def drafted(looked: Looked, proposal: Proposal, chosen: Choices) -> Draft:
    """What the sidecar will say by the proposal and the choices."""
    as_of = date.fromisoformat(chosen.as_of) if chosen.as_of else None
    found = drafts.of(looked, proposal, mode=chosen.mode or "delta", as_of=as_of)
    told = {name: dict(entries) for name, entries in found.words.items()}
    for name, entries in chosen.words.items():
        told[name] = {**told.get(name, {}), **entries}
    return replace(found, words={name: entries for name, entries in told.items() if entries})


def when(name: str, chosen: Choices, key: str, *, by_rows: bool, takes_whole: bool = True) -> bool:
    """The day that the file speaks of, and whether it is the whole list. Whether anything says that
    day: its name, its rows (``by_rows``), or the reader."""
    named = name_dates.date_in(name)
    if named:
        st.caption(_("Its name says its day: {day}.").format(day=i18n.date(named)))
    else:
        before = date.fromisoformat(chosen.as_of) if chosen.as_of else None
        given = st.date_input(
            _("Of which day is this file?"),
            value=before or (None if by_rows else date.today()),
            format="DD/MM/YYYY",
            help=_("Left empty, the newest date in its rows is taken."),
            key=f"as_of_{key}",
        )
        chosen.as_of = given.isoformat() if isinstance(given, date) else None
    modes = {
        "delta": _("Additions and changes: who is not in it stays"),
        "snapshot": _("This is the whole list: who is not in it has left"),
    }
    chosen.mode = st.radio(
        _("Is it the whole list?"),
        list(modes),
        index=list(modes).index(chosen.mode or "delta") if takes_whole else 0,
        format_func=modes.__getitem__,
        key=f"mode_{key}",
        disabled=not takes_whole,
    )
    if not takes_whole:
        chosen.mode = "delta"
    is_dated = bool(named or chosen.as_of or by_rows)
    if not (named or by_rows) and is_dated:
        st.caption(_("Nothing in this file says of which day it is: today is proposed."))
    if not is_dated:
        st.warning(_("Nothing in this file says of which day it is: choose one."))
    return is_dated
