"""The portal from outside, by hand and from `tests/it/portal.rs`.

    portal.py routes BINARY     every route with every role and with none
    portal.py door BINARY       signing in and out: codes, replays, locks, recovery, zones, ends
    portal.py day BINARY        questions, notebooks, staff: what people do in a day
    portal.py fuzz BINARY       what nobody would send on purpose, as everybody and as nobody
    portal.py load BINARY [--sessions 100] [--querying 20]    how quick pages are while others ask: a measurement
    portal.py office BINARY     a study's review, grants, usage and history
    portal.py pages BINARY AXE PICTURES    the pages in Chromium; AXE is axe-core's axe.min.js
"""

import sys


def main(words):
    match words:
        case ["routes", binary]:
            from portal import routes as test
        case ["door", binary]:
            from portal import door as test
        case ["day", binary]:
            from portal import day as test
        case ["fuzz", binary]:
            from portal import fuzz as test
        case ["load", binary, *options]:
            from portal import load

            return load.run(binary, options)
        case ["office", binary]:
            from portal import office as test
        case ["pages", binary, axe, pictures]:
            from portal import pages

            return pages.run(binary, axe, pictures)
        case _:
            sys.exit(__doc__)
    test.run(binary)


if __name__ == "__main__":
    main(sys.argv[1:])
