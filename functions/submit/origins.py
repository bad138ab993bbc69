"""Whose page a browser sent a form from.

A report needs no token, so that whoever reads a page can hide it; and the token of a form is bound
to nobody. Without this check a page of another site could have its readers' browsers hide reviews
for it, or ask for some, each within its own limits. What a mail's link carries needs no check: its
token is for one review or one reader.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from functions.submit.bodies import RequestRefused


def check_own_page(headers: Mapping[str, str], site_url: str) -> None:
    """Raise RequestRefused (403) where the browser says that another site's page sent this.

    Browsers say it in `Sec-Fetch-Site` (https://www.w3.org/TR/fetch-metadata/), those from before
    2023 in `Origin` alone (RFC 6454). Programs send neither, and are let in.
    """
    where = headers.get("sec-fetch-site", "")
    is_foreign = where == "cross-site" if where else _is_of_another_host(headers, site_url)
    if is_foreign:
        message = (
            "This came from a page of another site. Use the form or button on our own, please."
        )
        raise RequestRefused(403, "foreign_page", message)


def _is_of_another_host(headers: Mapping[str, str], site_url: str) -> bool:
    origin = headers.get("origin", "")
    try:
        sender = urlsplit(origin).netloc
    except ValueError:
        return True
    if origin == "null":  # a page that hides where it is from; ours do not
        return True
    return bool(sender) and sender not in {urlsplit(site_url).netloc, headers.get("host", "")}
