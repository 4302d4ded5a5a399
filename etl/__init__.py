"""From dropped files to a published build: contracts, lake, layers of SQL, checks."""
