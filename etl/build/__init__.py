"""Rows become a published build."""
