"""The way of one file: what it is, how it fills a source, a trial, and bringing it in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import streamlit as st
import tomli_w

from etl.bring import again, folders, incoming, slim, states
from etl.bring import draft as drafts
from etl.bring.before import Before, header_of, read_before
from etl.bring.incoming import Upload
from etl.bring.looking import Looked
from etl.bring.states import Job, State
from etl.intake import name_dates
from etl.problems import FileProblem, Told
from etl.words import lines, reasons
from pages.bring import brought, choices, corrections, filling, outcome, reading, steps, uploader
from pages.bring.choices import Choices
from pages.shared import filters, i18n, query, theme, visitor

_ = i18n.gettext
# What a sidecar says of the one file that it stood beside.
OF_ONE_FILE = ("as_of", "mode", "confirmed", "corrects", "turn")

IN_HAND = "_file_in_hand"
FILE, RESULT = "step_file", "step_result"  # headings
STEPS = (uploader.KEY, FILE, RESULT)
NAMED = 5  # files that wait
NO_ROWS = ("no_list",)  # problems of a file that can be read all the same


def show(waiting: Sequence[Upload]) -> dict[str, str]:
    """Choose one of the files that arrived; below, its way. Gives how far it is, for each place
    where a reader may go on."""
    if not waiting:
        return dict.fromkeys(STEPS, "")
    by_id = {upload.id: upload for upload in waiting}
    chosen = in_hand = _in_hand(waiting)
    if len(waiting) > 1:
        text = _("Which file?")
        chosen = filters.pick("file", text, by_id, lambda one: by_id[one].shown, in_hand)
        others = [one.shown for one in waiting if one.id != chosen]
        names = ", ".join([*others[:NAMED], *(["…"] if len(others) > NAMED else [])])
        st.caption(
            theme.escape(_("Waiting until you choose them above: {files}.").format(files=names))
        )
    st.session_state[IN_HAND] = chosen
    upload = by_id[chosen]
    steps.heading(FILE, upload.shown)
    found = states.state(upload.folder)
    if found and found.status == "running":
        brought.watch(str(upload.folder))
    elif found and _is_brought(found):
        _done(upload, found)
    elif found and found.subject.get("is_written"):
        _not_written(upload, found)
    else:
        _way(upload, found)
    how_far = f"{upload.id} {found.kind} {found.status}" if found else upload.id
    return dict.fromkeys(STEPS, how_far)


def _in_hand(waiting: Sequence[Upload]) -> str:
    """The file that this window works with; the newest where there is none yet, or where another
    has come since it was brought in."""
    by_id = {upload.id: upload for upload in waiting}
    newest, held = waiting[-1], by_id.get(st.session_state.get(IN_HAND, ""))
    if held is None:
        return newest.id
    found = states.state(held.folder)
    is_over = bool(found and _is_brought(found)) and newest.created > held.created
    since = (held.folder / states.STATE).stat().st_mtime if is_over else 0.0
    return newest.id if is_over and newest.created > since else held.id


def _is_brought(found: State) -> bool:
    return found.kind == "bring" and found.status == "done" and found.result["published"]


def _not_written(upload: Upload, found: State) -> None:
    """Rows that were written in the page and could not be brought in."""
    if found.status == "done":
        outcome.not_published(found.result)
    else:
        outcome.failed(found)
    _throw_away(upload)


def _done(upload: Upload, found: State) -> None:
    st.success(
        _("{file} is brought in: every page shows its figures.").format(
            file=theme.escape(found.result["file"])
        ),
        icon=":material/check_circle:",
    )
    if not found.result["is_noted"]:
        st.warning(
            _("The history cannot be written: it cannot be taken back on this page."),
            icon=":material/warning:",
        )
    with st.container(horizontal=True):
        st.page_link("overview/page.py", label=_("See the overview"), icon=":material/home:")
        st.button(_("Put this notice away"), on_click=_remove, args=(upload.id,))


def _way(upload: Upload, found: State | None) -> None:
    """From the first rows to the button that brings the file in."""
    key, chosen = upload.id, choices.of(upload.folder)
    changed = upload.path.stat().st_mtime_ns
    returned = corrections.recognised(str(upload.path), changed, query.build().id)
    if isinstance(returned, Told):
        corrections.refused(returned)
        _throw_away(upload)
        return
    if returned:
        if wanted := corrections.job(upload, returned):
            _trial(upload, wanted, chosen, found)
        else:
            _throw_away(upload)
        return
    way = _way_to_read(chosen)
    try:
        looked = reading.looked_at(str(upload.path), changed, *way)
    except FileProblem as problem:
        _cannot_be_read(upload, problem)
        reading.otherwise(None, chosen, upload.path, key)
        _read_again(upload, chosen, way)
        _throw_away(upload)
        return
    reading.reading(looked, chosen, key)
    reading.otherwise(looked, chosen, upload.path, key)
    _read_again(upload, chosen, way)
    names = [column.name for column in looked.columns]
    before = read_before(folders.here(), names)
    if before and _is_as_before(before.file, chosen, key):
        wanted = _as_before(upload, looked, before, chosen)
    else:
        wanted = _anew(upload, looked, chosen)
    _keep(upload, chosen)
    if wanted is None:
        _throw_away(upload)
        return
    with st.expander(_("The sidecar that will stand beside it"), icon=":material/code:"):
        st.code(wanted.sidecar or _("(none needed)"), language="toml")
    _trial(upload, replace(wanted, header=header_of(names)), chosen, found)


def _cannot_be_read(upload: Upload, problem: FileProblem) -> None:
    """Why nothing more can be shown of a file; one that is well and holds no rows is no source."""
    text = reasons.problem(problem.of(upload.shown), i18n.language(), in_page=True)
    if problem.code in NO_ROWS:
        theme.empty_state(_("This file looks like none of the sources."), text)
        return
    st.error(_("This file cannot be read."), icon=":material/error:")
    st.text(text)


def _way_to_read(chosen: Choices) -> tuple[int, tuple[tuple[str, str], ...]]:
    """Which of the ways that are offered, and what is said otherwise."""
    return chosen.reading, tuple(sorted(chosen.otherwise.items()))


def _read_again(
    upload: Upload, chosen: Choices, way: tuple[int, tuple[tuple[str, str], ...]]
) -> None:
    """Looks at the file anew where it is to be read in another way than it was."""
    if way != _way_to_read(chosen):
        if way[0] != chosen.reading:  # of other lines
            chosen.otherwise.pop("skip", None)
        chosen.columns, chosen.words = {}, {}  # of other columns
        if _keep(upload, chosen):
            st.rerun()


def _keep(upload: Upload, chosen: Choices) -> bool:
    """Writes down what was chosen; whether that could be."""
    try:
        chosen.keep(upload.folder)
    except Told as told:
        st.error(lines.told(told, i18n.language()), icon=":material/error:")
        return False
    return True


def _is_as_before(file: str, chosen: Choices, key: str) -> bool:
    """Whether to read a file as one of the same columns was."""
    chosen.as_before = st.toggle(
        _("Read it as {file}, which had the same columns").format(file=file),
        value=chosen.as_before,
        key=f"as_before_{key}",
    )
    return chosen.as_before


def _as_before(upload: Upload, looked: Looked, before: Before, chosen: Choices) -> Job | None:
    """The verbs of the file before, on the rows that are shown here."""
    fresh = again.with_new_words(looked, before.source, before.said)
    if fresh.words:
        chosen.source = before.source
        st.markdown(f"**{_('These words are new: what do they stand for?')}**")
        filling.words(fresh, chosen, upload.id)
    told = again.completed(before.said, fresh, chosen.words)
    by_rows = "as_of" not in before.said and not name_dates.date_in(before.file)
    if chosen.mode is None:
        chosen.mode = before.said.get("mode", "delta")
    is_dated = filling.when(upload.name, chosen, upload.id, by_rows=by_rows)
    head: dict[str, object] = {}
    if chosen.as_of:
        head["as_of"] = date.fromisoformat(chosen.as_of)
    if chosen.mode == "snapshot":
        head["mode"] = "snapshot"
    left_out = {*OF_ONE_FILE, *slim.OF_READING, *chosen.otherwise}
    verbs = {name: value for name, value in told.items() if name not in left_out}
    read = drafts.of_reading(looked.reading)
    text = tomli_w.dumps(head | {k: v for k, v in read.items() if k not in verbs} | verbs)
    wanted = _job(upload, before.source, text, is_ready=is_dated)
    is_whole = upload.name.endswith(".parquet")
    return wanted if is_whole else replace(wanted, used=before.used)


def _anew(upload: Upload, looked: Looked, chosen: Choices) -> Job | None:
    """The source, the columns and the words one by one; None while no source is chosen."""
    key = upload.id
    proposal = filling.source(looked, chosen, key)
    if proposal.source is None:
        return None
    st.markdown(f"**{_('Which column fills which field?')}**")
    proposal = filling.columns(looked, proposal, chosen, key)
    proposal = filling.rules(proposal, chosen, key)
    if proposal.words:
        st.markdown(f"**{_('What do its words stand for?')}**")
        filling.words(proposal, chosen, key)
    draft = filling.drafted(looked, proposal, chosen)
    by_rows = drafts.is_dated(replace(draft, as_of=None), upload.path)
    is_dated = filling.when(
        upload.name, chosen, key, by_rows=by_rows, takes_whole=not draft.key_by_line
    )
    draft = filling.drafted(looked, proposal, chosen)
    if not upload.name.endswith(".parquet"):
        chosen.only_used = st.checkbox(
            _("Store only the columns used (as Parquet), not the file as it came"),
            value=chosen.only_used,
            key=f"only_{key}",
        )
    is_ready = is_dated and not proposal.missing
    wanted = _job(upload, draft.source, drafts.toml(draft), is_ready=is_ready)
    return replace(wanted, used=draft.used) if chosen.only_used else wanted


def _job(upload: Upload, source: str, text: str, *, is_ready: bool) -> Job:
    kind = "try" if is_ready else ""
    account = visitor.sender().account
    return Job(kind, folders.here(), account, str(upload.path), source, upload.name, text)


def _trial(upload: Upload, wanted: Job, chosen: Choices, found: State | None) -> None:
    """The button to try it, what a trial has shown, and the button to bring it in."""
    is_tried = bool(found and found.subject == wanted.subject)
    with st.container(horizontal=True):
        if not (is_tried and found and found.status == "done" and found.kind == "try"):
            st.button(
                _("Read it and work out the figures"),
                on_click=_start,
                args=(upload, wanted),
                type="primary",
                icon=":material/play_arrow:",
                disabled=not wanted.kind,
            )
        _throw_away(upload)
    if not found or not is_tried:
        return
    steps.heading(RESULT, _("What would become of it"))
    if found.status != "done":
        outcome.failed(found)
    elif found.kind == "bring":
        outcome.not_published(found.result)
    else:
        outcome.show(wanted.source, found.result)
        _bring(upload, wanted, chosen, found)


def _bring(upload: Upload, wanted: Job, chosen: Choices, found: State) -> None:
    """The button that brings in what was tried, unless a check fails; where many would leave, it
    is asked first."""
    if not found.result["build"]["published"]:
        outcome.checks_failed(found.result["build"])
        return
    is_confirmed = False
    for left in found.result["held"]:
        text = _(
            "{leaving} of the {known} known would leave on {day}. Yes, they have left: this is the "
            "whole list"
        )
        is_confirmed = st.checkbox(
            text.format(
                leaving=i18n.number(left["leaving"]),
                known=i18n.number(left["known"]),
                day=i18n.date(date.fromisoformat(left["as_of"])),
            ),
            key=f"confirmed_{upload.id}",
        )
        if not is_confirmed:
            st.caption(_("If they have not, choose additions and changes above and try it again."))
            return
    st.button(
        _("Bring it in"),
        on_click=_start,
        args=(
            upload,
            replace(
                wanted,
                kind="bring",
                is_confirmed=is_confirmed,
                tried_on=found.result["served"],
            ),
        ),
        type="primary",
        icon=":material/check:",
        key=f"bring_{upload.id}",
    )


def _start(upload: Upload, wanted: Job) -> None:
    """At a click, which may come when the sign-in is over: raises PermissionError then. Nothing of
    a file that another window has thrown away."""
    sender = visitor.sender()
    try:
        incoming.read(upload.id, sender.owner)
        sender.note(wanted.kind, upload.ending)
        states.start(upload.folder, wanted)
    except Told as told:
        st.toast(lines.told(told, i18n.language()))


def _throw_away(upload: Upload) -> None:
    st.button(
        _("Throw the file away"), on_click=_remove, args=(upload.id,), icon=":material/delete:"
    )


def _remove(one: str) -> None:
    try:
        incoming.remove(one, visitor.sender().owner)
    except Told as told:
        st.toast(lines.told(told, i18n.language()))


def hand_in(source: str, name: str, text: str, sidecar: str) -> None:
    """Brings rows that were written in the page as a drop like any other."""
    sender = visitor.sender()
    try:
        upload = incoming.begin(sender.owner, name, len(text.encode()))
        upload = incoming.append(upload.id, sender.owner, 0, text.encode())
    except Told as told:
        st.toast(lines.told(told, i18n.language()))
        return
    wanted = Job("bring", folders.here(), sender.account, str(upload.path), source, name, sidecar)
    _start(upload, wanted)
