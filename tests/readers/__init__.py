"""Readers who click through the pages over the websockets that a browser would open, many at once.

``python -m tests.readers --readers 50 --seconds 120`` lets them read while builds are published.
"""
