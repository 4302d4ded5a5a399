"""One reader: speaks with the server as the window of a browser does, and keeps what is shown."""

import asyncio
import hashlib
import re
import ssl
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

import websockets
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

PATIENCE_S = 120  # a deadline against hanging, not a measure of speed
STREAM = "/_stcore/stream"
BUILD = re.compile(r"(?:build|version) `([^`]+)`")
# What an element says in words and figures; the rest of it is the form of the page.
SAID = {
    "markdown": ("body",), "heading": ("body",), "alert": ("body",), "metric": ("body", "delta"),
    "plotly_chart": ("spec",),
}  # fmt: skip


@dataclass
class Shown:
    """What a click brought: the page and the address at which it stands, its elements, how long
    it took (``began`` and ``ended`` on the clock of time.monotonic), what went wrong."""

    page: str
    asked: dict[str, str]
    began: float
    ended: float = 0.0
    elements: dict[tuple[int, ...], Element] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    sends_to: str = ""  # another address, to sign in or out

    @property
    def seconds(self) -> float:
        return self.ended - self.began

    def texts(self) -> list[str]:
        """All that the page says, from top to bottom."""
        return [text for _, element in sorted(self.elements.items()) for text in _said(element)]

    @property
    def builds(self) -> set[str]:
        """The builds that the page says it shows."""
        return {build for text in self.texts() for build in BUILD.findall(text)}

    @property
    def digest(self) -> str:
        """Stands for all that the page says."""
        return hashlib.sha256("\0".join(self.texts()).encode()).hexdigest()

    def of_kind(self, kind: str) -> list[Any]:
        """The elements of a kind, from top to bottom."""
        found = (element for _, element in sorted(self.elements.items()))
        return [getattr(one, kind) for one in found if one.WhichOneof("type") == kind]


def _said(element: Element) -> Iterator[str]:
    kind = element.WhichOneof("type") or ""
    for name in SAID.get(kind, ()):
        yield str(getattr(getattr(element, kind), name))


class Reader:
    """A window that is open on the pages."""

    def __init__(self, socket: websockets.ClientConnection, address: str, language: str) -> None:
        self.socket, self.address, self.language = socket, address, language
        self.session = ""
        self.now = Shown("", {}, 0.0)

    async def open(self, page: str, **asked: str) -> Shown:
        """Go to an address of the pages."""
        return await self._run(page, asked, [])

    async def choose(self, label: str, option: str) -> Shown:
        """Choose in a list that the page shows."""
        box = next(one for one in self.now.of_kind("selectbox") if one.label == label)
        return await self._run_with(WidgetState(id=box.id, string_value=option))

    async def press(self, label: str) -> Shown:
        """Press a button that the page shows."""
        button = next(one for one in self.now.of_kind("button") if one.label == label)
        return await self._run_with(WidgetState(id=button.id, trigger_value=True))

    async def take(self, label: str) -> str:
        """Press the button of a file; gives the path where it lies."""
        button = next(one for one in self.now.of_kind("download_button") if one.label == label)
        message = BackMsg()
        asked = message.backend_operation_request
        asked.request_id, asked.session_id = str(uuid.uuid4()), self.session
        asked.deferred_file.file_id = button.deferred_file_id
        await self.socket.send(message.SerializeToString())
        while True:
            told = await self._hear()
            answer = told.backend_operation_response
            if answer.request_id == asked.request_id:
                assert not answer.error_msg, answer.error_msg
                return str(answer.deferred_file.url)

    async def _run_with(self, widget: WidgetState) -> Shown:
        return await self._run(self.now.page, self.now.asked, [widget])

    async def _run(self, page: str, asked: dict[str, str], widgets: list[WidgetState]) -> Shown:
        message = BackMsg()
        run = message.rerun_script
        run.page_name, run.query_string = page, urlencode(asked)
        run.widget_states.widgets.extend(widgets)
        run.context_info.url = f"{self.address}/{page}?{run.query_string}"
        run.context_info.locale = self.language
        self.now = shown = Shown(page, dict(asked), time.monotonic())
        await self.socket.send(message.SerializeToString())
        while not self._is_whole(await self._hear(), shown):
            pass
        shown.ended = time.monotonic()
        return shown

    async def _hear(self) -> ForwardMsg:
        async with asyncio.timeout(PATIENCE_S):
            return ForwardMsg.FromString(await self.socket.recv(decode=False))

    def _is_whole(self, told: ForwardMsg, shown: Shown) -> bool:
        """Takes up one message; whether it was the last of a page."""
        kind = told.WhichOneof("type")
        if kind == "new_session":
            self.session = told.new_session.initialize.session_id
            shown.elements.clear()
        elif kind == "page_info_changed":
            shown.asked = dict(parse_qsl(told.page_info_changed.query_string))
        elif kind == "delta" and told.delta.WhichOneof("type") == "new_element":
            element = told.delta.new_element
            shown.elements[tuple(told.metadata.delta_path)] = element
            if element.WhichOneof("type") == "exception":
                shown.errors.append(element.exception.message)
            elif element.WhichOneof("type") == "alert" and element.alert.format == Alert.ERROR:
                shown.errors.append(element.alert.body)
        elif kind == "page_not_found":
            shown.errors.append("page not found")
        elif kind == "session_event":
            shown.errors.append(str(told.session_event))
        elif kind == "auth_redirect":
            shown.sends_to = told.auth_redirect.url
            return True
        elif kind == "script_finished":
            if told.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                shown.errors.append("the script does not compile")
            return told.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
        return False


@asynccontextmanager
async def opened(
    address: str, language: str = "en-GB", cookies: dict[str, str] | None = None,
    trust: ssl.SSLContext | None = None,
) -> AsyncIterator[Reader]:  # fmt: skip
    """A window on the pages at an address; ``cookies`` are those of somebody who signed in."""
    held = cookies or {}
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in held.items())}
    async with websockets.connect(
        f"ws{address.removeprefix('http')}{STREAM}",
        origin=websockets.Origin(address),
        # as Streamlit's own: the second says that a page of this server asks
        subprotocols=[websockets.Subprotocol(one) for one in _protocols(held)],
        additional_headers=headers if held else None,
        max_size=None, open_timeout=PATIENCE_S, ssl=trust,
    ) as socket:  # fmt: skip
        yield Reader(socket, address, language)


def _protocols(cookies: dict[str, str]) -> list[str]:
    return ["streamlit", cookies.get("_streamlit_xsrf", "none")]
