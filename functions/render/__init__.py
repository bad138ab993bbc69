"""Everything that only shows: the pages, a review's status, the static files."""
