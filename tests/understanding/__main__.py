"""`python -m tests.understanding [--half dev|held] [--misses]`: how well it understands what people type."""

import argparse

from tests.understanding.entries import HALVES
from tests.understanding.report import by_category, evaluate, markdown, misses


def main() -> None:
    """Print the table, and what was missed where asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.understanding", description=__doc__)
    parser.add_argument("--half", choices=HALVES, help="only this half")
    parser.add_argument("--misses", action="store_true", help="list what was missed in the development half")
    given = parser.parse_args()
    results = evaluate((given.half,) if given.half else HALVES)
    print(markdown(results))
    if given.misses:
        # nobody reads the held-out half's misses by chance: it must be asked for by name
        for result in results:
            print("\n" + "\n".join(by_category(result)))
            if given.half or result.half != "held":
                print("\n".join(misses(result)))


if __name__ == "__main__":
    main()
