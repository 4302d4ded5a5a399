"""What the browser may do with the pages: load from this server only, and not be framed."""

import base64
import hashlib
import re
from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGE = Path(streamlit.__file__).parent / "static" / "index.html"


def own_scripts() -> list[str]:
    """The scripts that stand in Streamlit's page itself, each as a policy names it: by its hash."""
    inline = re.findall(r"<script>(.*?)</script>", PAGE.read_text("utf-8"), re.DOTALL)
    hashes = (hashlib.sha256(script.encode()).digest() for script in inline)
    return [f"'sha256-{base64.b64encode(each).decode()}'" for each in hashes]


# Streamlit reads its messages with a little WebAssembly, makes blobs of modules of components (the
# box of the search), and styles inline, as Plotly does. Neither makes code of text.
POLICY = "; ".join(
    (
        "default-src 'self'",
        " ".join(("script-src 'self' 'wasm-unsafe-eval' blob:", *own_scripts())),
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}


class SecurityHeaders:
    """Adds HEADERS to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)
