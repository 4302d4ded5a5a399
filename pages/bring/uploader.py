"""Where a founder drops files, and sees them sent; the server's side is pages/door/uploads.py.

The browser runs uploader.js, a file that this server serves: Streamlit hands over no more than the
line that asks for it.
"""

from pathlib import Path

import streamlit as st

from etl.bring import incoming
from pages.shared import i18n, visitor

_ = i18n.gettext
KEY = "uploader"
_HTML = """<div class="uploader">
  <div class="drop" role="group"><p></p><button type="button" hidden></button>
    <input type="file" multiple hidden></div>
  <p class="bounds"></p>
  <ul class="files"></ul>
  <p class="told" role="status"></p>
</div>"""
_LOADED = """export default async (component) => {
  const script = await import(new URL(component.data.script, document.baseURI));
  return script.default(component);
}"""
_component = st.components.v2.component(
    "maillage_uploader",
    html=_HTML,
    css=Path(__file__).with_suffix(".css").read_text(encoding="utf-8"),
    js=_LOADED,
    isolate_styles=False,
)


def show(key: str = KEY) -> list[str]:
    """Shows the drop area; gives the ids of the uploads that this window has sent whole and that
    are still there, the oldest first. Raises PermissionError unless a founder visits."""
    sender = visitor.sender()
    known = incoming.listed(sender.owner)
    there = [upload.id for upload in known if upload.is_finished]
    begun = [upload for upload in known if not upload.is_finished]
    found = _component(
        key=key,
        data={
            "key": key,
            "script": f"{sender.address}/uploader.js",
            "address": sender.address,
            "token": sender.token,
            "language": i18n.language(),
            "there": there,
            "begun": [
                {"id": one.id, "name": one.shown, "size": one.size, "received": one.received}
                for one in begun
            ],
            "endings": sorted({Path(ending).suffix for ending in incoming.ENDINGS}),
            "texts": _texts(),
        },
        default={"finished": []},
        on_finished_change=lambda: None,
    )
    told = found.finished if isinstance(found.finished, list) else []  # a browser tells anything
    return [one for one in there if one in told]


def _texts() -> dict[str, str]:
    return {
        "title": _("Send files"),
        "drop": _("Drop files here, or"),
        "choose": _("Choose files"),
        "bounds": _(
            "CSV, JSON (also packed with gzip or zstd), Parquet, XLSX, or the ZIP of rows to "
            "correct; at most {most} MB each."
        ).format(most=i18n.number(incoming.LARGEST // incoming.MB)),
        "files": _("Files that you send"),
        "waiting": _("Waits for its turn"),
        "cut": _("{share} has come: choose the same file again, and it goes on from there."),
        "done": _("Sent"),
        "lost": _("The connection is lost: it goes on by itself once it is back."),
        "gone": _("The connection did not come back."),
        "refused": _("The server, or what stands before it, refused the file."),
        "changed": _(
            "The file cannot be read, or has changed since you chose it: choose it again."
        ),
        "again": _("Try again"),
        "cancel": _("Cancel"),
        "remove": _("Remove"),
    }
