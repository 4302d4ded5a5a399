"""A file that somebody sends becomes a drop."""
