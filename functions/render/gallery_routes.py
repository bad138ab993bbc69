"""The routes by which strangers find reviews: the gallery, its feed, the sitemap, robots.txt."""

from artreview.gallery import is_gallery_place
from functions.render import responses
from functions.render.errors import GalleryPlaceUnknown
from functions.render.requests import Request, has_unchanged
from functions.render.responses import Response
from functions.render.routing import Routes

routes = Routes()

_PAGE_REVIEWS = 12
_FEED_REVIEWS = 20
_SITEMAP_REVIEWS = 10_000
"""The newest; the protocol allows 50,000, Lambda 6 MB, of which these take less than two."""


@routes.show("/gallery")
def gallery(request: Request) -> Response:
    """Show the reviews that may be listed, the newest first."""
    query = request.query
    before, after = query.get("before", ""), query.get("after", "")
    if any(name in query and not is_gallery_place(query[name]) for name in ("before", "after")):
        raise GalleryPlaceUnknown
    if after:
        page = request.parts.gallery.page_after(_PAGE_REVIEWS, after)
        if not page.newer:  # the newest: at the beginning the page is full, here it may not be
            return responses.redirect(303, "/gallery")
    else:
        page = request.parts.gallery.page(_PAGE_REVIEWS, before)
    html = request.parts.pages.gallery(page, is_newest=not (before or after))
    return responses.page(html, caching=responses.KEPT_WHILE_VISIBLE)


@routes.show("/feed.xml")
def feed(request: Request) -> Response:
    """Give the newest of them as an Atom feed."""
    page = request.parts.gallery.page(_FEED_REVIEWS)
    body = request.parts.pages.feed(page.reviews)
    caching, tag = responses.KEPT_WHILE_VISIBLE, responses.tag_for(body)
    if has_unchanged(request.headers, tag):
        return responses.unchanged(caching, tag)
    return responses.xml(body, caching, name="application/atom+xml", tag=tag)


@routes.show("/sitemap.xml")
def sitemap(request: Request) -> Response:
    """Tell search engines what they may list."""
    body = request.parts.pages.sitemap(request.parts.gallery.listings(_SITEMAP_REVIEWS))
    return responses.xml(body, responses.KEPT_SHORTLY)


@routes.show("/robots.txt")
def robots(request: Request) -> Response:
    """Tell robots what is for them."""
    url = request.parts.identity.url
    lines = ("User-agent: *", "Disallow: /submission", "", f"Sitemap: {url}/sitemap.xml", "")
    return responses.text("\n".join(lines), responses.KEPT_SHORTLY)
