"""The routes by which strangers find reviews: the gallery, its feed, the sitemap, robots.txt."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from artreview.gallery import is_gallery_place
from functions.render import responses
from functions.render.errors import GalleryPlaceUnknown, PageNotFound
from functions.render.parts import RenderParts, parts_in
from functions.render.requests import has_unchanged, query_of

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]  # Powertools left it bare

_PAGE_REVIEWS = 12
_FEED_REVIEWS = 20
_SITEMAP_REVIEWS = 10_000
"""The newest; the protocol allows 50,000, Lambda 6 MB, of which these take less than two."""


@router.get("/gallery")
def gallery() -> Response[str]:
    """Show the reviews that may be listed, the newest first."""
    _check_has_gallery()
    query = query_of(router.current_event.get("rawQueryString") or "")
    before, after = query.get("before", ""), query.get("after", "")
    if any(name in query and not is_gallery_place(query[name]) for name in ("before", "after")):
        raise GalleryPlaceUnknown
    if after:
        page = _parts().gallery.page_after(_PAGE_REVIEWS, after)
        if not page.newer:  # the newest: at the beginning the page is full, here it may not be
            return responses.redirect(303, "/gallery")
    else:
        page = _parts().gallery.page(_PAGE_REVIEWS, before)
    html = _parts().pages.gallery(page, is_newest=not (before or after))
    return responses.page(html, caching=responses.KEPT_WHILE_VISIBLE)


@router.get("/feed.xml")
def feed() -> Response[str]:
    """Give the newest of them as an Atom feed."""
    _check_has_gallery()
    page = _parts().gallery.page(_FEED_REVIEWS)
    body = _parts().pages.feed(page.reviews)
    caching, tag = responses.KEPT_WHILE_VISIBLE, responses.tag_for(body)
    if has_unchanged(router.current_event.headers, tag):
        return responses.unchanged(caching, tag)
    return responses.xml(body, caching, name="application/atom+xml", tag=tag)


@router.get("/sitemap.xml")
def sitemap() -> Response[str]:
    """Tell search engines what they may list."""
    has_gallery = _parts().settings.gallery
    listings = _parts().gallery.listings(_SITEMAP_REVIEWS) if has_gallery else ()
    body = _parts().pages.sitemap(listings)
    return responses.xml(body, responses.KEPT_SHORTLY)


@router.get("/robots.txt")
def robots() -> Response[str]:
    """Tell robots what is for them."""
    url = _parts().identity.url
    lines = ("User-agent: *", "Disallow: /submission", "", f"Sitemap: {url}/sitemap.xml", "")
    return responses.text("\n".join(lines), responses.KEPT_SHORTLY)


def _check_has_gallery() -> None:
    """Raise PageNotFound on a site whose settings say that there is none."""
    if not _parts().settings.gallery:
        raise PageNotFound


def _parts() -> RenderParts:
    return parts_in(router.context)
