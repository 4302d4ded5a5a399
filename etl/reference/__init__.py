"""The makers of data/reference and data/README.md."""
