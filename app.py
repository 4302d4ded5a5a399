"""The application's server; ``streamlit run app.py`` starts it. Each visit runs pages/main.py.

The script stands in pages/ because Streamlit takes a folder of that name beside a script for its
old way of making pages, and answers the first deep link of a process with "Page not found".
"""

import streamlit as st
from starlette.middleware import Middleware

from etl import paths
from pages.door import startup_check, uploads
from pages.door.gate import Gate
from pages.door.headers import SecurityHeaders

startup_check.check_or_exit()
app = st.App(
    "pages/main.py",
    routes=uploads.routes(paths.PAGES / "bring" / "uploader.js"),
    lifespan=uploads.lifespan,
    middleware=[Middleware(SecurityHeaders), Middleware(Gate)],
)
