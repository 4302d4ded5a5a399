"""Bringing a founder's file: it arrives, is looked at, tried beside the served build, placed."""
