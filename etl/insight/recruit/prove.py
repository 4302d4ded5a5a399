"""Looks for the best plan in a process of its own: `python -m etl.recruit.prove`.

Reads the pickled arguments of `recruit` from standard input and writes the pickled Plan to standard
output. Whoever asks may kill it at any moment.
"""

import os
import pickle
import sys

from etl.insight.recruit.plan import recruit

POLITE = 10  # what the pages compute goes first


def main() -> None:
    """Answers one question."""
    os.nice(POLITE)
    asked = pickle.load(sys.stdin.buffer)
    pickle.dump(recruit(**asked), sys.stdout.buffer)


if __name__ == "__main__":
    main()
