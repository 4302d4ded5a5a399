"""The way by which a founder's browser sends files: in parts, each asked who sends it and from
where, none held whole in memory.

    POST   /incoming                    {"name": …, "size": …, "changed": …}: make room for a file,
                                        or go on with the same that was cut before
    PUT    /incoming/<id>?offset=…      a part of at most PART bytes, behind what was received
    GET    /incoming/<id>               how much was received, to go on from there
    DELETE /incoming/<id>               the file is not wanted any more
    GET    /incoming/uploader.js        what the page runs to do so

Answers {"id", "received", "size", "finished"}, or {"error"} in the language that was asked for; a
part that does not follow is answered with "received" too. The header TOKEN proves that the page of
this server asks, and that it was made for the same sign-in.
"""

import asyncio
import hashlib
import hmac
import json
import logging
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from streamlit import config
from streamlit.web.server.server_util import get_cookie_secret

from etl import disk
from etl.bring import incoming
from etl.problems import Told
from etl.words import catalogue, lines
from pages.door import access_log, gate, roles, startup_check
from pages.shared import visitor

log = logging.getLogger("maillage.incoming")
gettext = catalogue.gettext
TOKEN = "x-upload-token"
PART = 8 * incoming.MB
PIECE = incoming.MB  # of a part, held in memory
ABOUT = 16 * 1024  # bytes that tell of a file
SWEEP_S = 900
STATUS = {"incoming_offset": 409, "incoming_gone": 404}
_own = secrets.token_bytes(32)  # the key without sign-in: a page of an earlier start is refused

Answer = Callable[[Request, roles.Visit, str], Awaitable[dict[str, Any]]]


def address() -> str:
    """The path below which files are sent."""
    base = (config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}/incoming" if base else "/incoming"


def token(found: roles.Visit) -> str:
    """What the pages made for a visitor send with each request: of this one sign-in only."""
    key = _own if startup_check.sign_in() is None else get_cookie_secret().encode()
    said = json.dumps(["upload", found.owner, found.key]).encode()
    return hmac.new(key, said, hashlib.sha256).hexdigest()


def sender() -> visitor.Sender:
    """How the visitor of this run sends files. Raises PermissionError unless it is a founder."""
    found = roles.visit()
    if found.role != "founder":
        raise PermissionError("only founders send files")
    return visitor.Sender(
        found.owner, found.account, address(), token(found), partial(access_log.file_sent, found)
    )


def routes(script: Path) -> list[Route]:
    """For the server, before what Streamlit answers; ``script`` is what the page runs."""
    one = f"{address()}/{{one}}"
    return [
        Route(f"{address()}/uploader.js", _handing_out(script), methods=["GET"]),
        Route(address(), _guarded(_begin), methods=["POST"]),
        Route(one, _guarded(_part), methods=["PUT"]),
        Route(one, _guarded(_read), methods=["GET"]),
        Route(one, _guarded(_remove), methods=["DELETE"]),
    ]


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """Removes what is over: when the server starts, and now and then."""
    with ExitStack() as held:
        try:
            held.enter_context(incoming.serving(time.time()))
        except OSError as error:
            _not_removed(error)
        sweeping = asyncio.create_task(_sweep_now_and_then())
        try:
            yield
        finally:
            sweeping.cancel()


async def _sweep_now_and_then() -> None:
    while True:
        await asyncio.sleep(SWEEP_S)
        try:
            await run_in_threadpool(incoming.sweep, time.time())
        except OSError as error:
            _not_removed(error)


def _not_removed(error: OSError) -> None:
    log.error("Files that were sent and are over could not be removed: %s", error)


def _guarded(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    """The answer to whom it may be given, else a sentence."""

    async def endpoint(request: Request) -> Response:
        language = "fr" if request.headers.get("accept-language", "")[:2] == "fr" else "en"
        status, told = 200, {}
        try:
            told = await answer(request, _asked_by(request, language), language)
        except gate.Refused as refused:
            status, told = refused.status, {"error": str(refused)}
        except Told as error:
            status = STATUS.get(error.code, 422)
            told = {"error": lines.told(error, language)}
            if "received" in error.arguments:
                told["received"] = error.arguments["received"]
        except ClientDisconnect:
            return Response(status_code=400)  # nobody hears it; what came is kept
        except OSError:
            log.exception("a file that is sent cannot be kept")
            text = gettext("The server cannot keep the file: its log says why.", language)
            status, told = 500, {"error": text}
        return JSONResponse(told, status, headers={"Cache-Control": "no-store"})

    return endpoint


def _handing_out(script: Path) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        if _visitor(request).role != "founder":
            return PlainTextResponse("Not found", 404)
        headers = {"Cache-Control": "private, no-cache"}
        return FileResponse(script, media_type="text/javascript", headers=headers)

    return endpoint


def _visitor(request: Request) -> roles.Visit:
    """Who asks; without sign-in the gate has let in nobody but this machine."""
    settings = startup_check.sign_in()
    if settings is None:
        return roles.LOCAL
    return roles.identify(gate.claims(request.scope), settings)


def _asked_by(request: Request, language: str) -> roles.Visit:
    """The founder who asks, from a page that this server made for this sign-in. Raises Refused."""
    found, headers = _visitor(request), request.headers
    if found.role != "founder":
        text = gettext("Your sign-in has ended, or does not let you send files.", language)
        raise gate.Refused(403, text)
    if headers.get("sec-fetch-site") in gate.ELSEWHERE:
        raise gate.Refused(403, "The request comes from another site.")
    if request.method not in ("GET", "HEAD") or "origin" in headers:  # reading sends none
        gate.check_origin(headers, startup_check.sign_in())
    if not hmac.compare_digest(headers.get(TOKEN, "").encode(), token(found).encode()):
        text = gettext("This page was made for another sign-in: reload it.", language)
        raise gate.Refused(403, text)
    return found


async def _begin(request: Request, found: roles.Visit, language: str) -> dict[str, Any]:
    body = b"".join([piece async for piece in _pieces(request, ABOUT, language)])
    try:
        told = disk.parsed(body)
        name, size, changed = told["name"], told["size"], told.get("changed", 0)
        if type(name) is not str or type(size) is not int or type(changed) is not int:
            raise TypeError
    except (ValueError, TypeError, KeyError):
        raise gate.Refused(400, gettext("The request cannot be read.", language)) from None
    upload = await run_in_threadpool(incoming.begin, found.owner, name, size, changed)
    if not upload.received:
        await run_in_threadpool(access_log.file_sent, found, "begun", upload.ending)
    return _state(upload)


async def _part(request: Request, found: roles.Visit, language: str) -> dict[str, Any]:
    offset = request.query_params.get("offset", "")
    if not _is_number(offset):
        raise gate.Refused(400, gettext("The request cannot be read.", language))
    upload, at = None, int(offset)
    async for piece in _pieces(request, PART, language):
        upload = await run_in_threadpool(_append, request.path_params["one"], found, at, piece)
        at += len(piece)
    return _state(upload) if upload else await _read(request, found, language)


def _append(one: str, found: roles.Visit, offset: int, piece: bytes) -> incoming.Upload:
    upload = incoming.append(one, found.owner, offset, piece)
    if upload.is_finished:
        access_log.file_sent(found, "finished", upload.ending)
    return upload


async def _read(request: Request, found: roles.Visit, language: str) -> dict[str, Any]:
    return _state(await run_in_threadpool(incoming.read, request.path_params["one"], found.owner))


async def _remove(request: Request, found: roles.Visit, language: str) -> dict[str, Any]:
    await run_in_threadpool(incoming.remove, request.path_params["one"], found.owner)
    return {}


def _state(upload: incoming.Upload) -> dict[str, Any]:
    return {
        "id": upload.id,
        "received": upload.received,
        "size": upload.size,
        "finished": upload.is_finished,
    }


async def _pieces(request: Request, most: int, language: str) -> AsyncIterator[bytes]:
    """The body in pieces of at most PIECE and what arrived at once. Raises Refused unless it says
    its length, which is at most ``most``, and keeps to it."""
    told = request.headers.get("content-length", "")
    if not _is_number(told) or int(told) > most:
        text = gettext(
            "A part of a file must say its length, of at most {most} MB.", language
        ).format(most=PART // incoming.MB)
        raise gate.Refused(413 if _is_number(told) else 411, text)
    left, held = int(told), bytearray()
    async for piece in request.stream():
        left -= len(piece)
        if left < 0:
            raise gate.Refused(400, gettext("The request cannot be read.", language))
        held += piece
        if len(held) >= PIECE:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16
