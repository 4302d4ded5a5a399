"""The application's server; ``streamlit run app.py`` starts it. Each visit runs pages/main.py.

The script stands in pages/ because Streamlit takes a folder of that name beside a script for its
old way of making pages, and answers the first deep link of a process with "Page not found".
"""

import streamlit as st
from starlette.middleware import Middleware

from pages.shared import serving
from pages.shared.gate import Gate
from pages.shared.headers import SecurityHeaders

serving.check_or_exit()
app = st.App("pages/main.py", middleware=[Middleware(SecurityHeaders), Middleware(Gate)])
