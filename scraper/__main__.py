"""An archive on the web becomes a clean corpus: pages to SQLite to CSV and JSONL.

    python -m scraper try    SITE ADDRESS     what each selector finds in one page
    python -m scraper links  SITE             the landing pages, and every link on them
    python -m scraper pages  SITE             every page that was linked
    python -m scraper clean  SITE             the texts, cleaned, without duplicates
    python -m scraper export SITE --out DIR   CSV, JSONL, the split, the datasheet
    python -m scraper run    SITE --out DIR   all of it in order
    python -m scraper status SITE             where it stands

SITE is a site's file, or the name of one that ships (magazine, plain). Any command can be stopped
at any moment; the same command goes on from there. docs/scraping.md has a worked example.
"""

import sys

from scraper.commands import main

if __name__ == "__main__":
    sys.exit(main(__doc__))
