"""The routes that only programs ask: a review's card, oEmbed, the interface's description."""

from artreview.errors import ReviewNotFound
from artreview.review import State
from functions.render import responses
from functions.render.card.words import DESIGN, card_words
from functions.render.description import described
from functions.render.errors import EmbedUnknown, ReviewGone, ReviewUnwritten
from functions.render.lookup import finished, moved, visible
from functions.render.oembed import embed_format, embed_of, embedded_id
from functions.render.previews import preview_of
from functions.render.reading import reading_of
from functions.render.requests import Request, has_unchanged
from functions.render.responses import Response
from functions.render.routing import Routes

routes = Routes()


@routes.show("/r/<review_id>/card.png")
def card(request: Request, review_id: str) -> Response:
    """Draw the picture that stands for a review; before it is written, with its title alone."""
    if elsewhere := moved(review_id, "/card.png"):
        return elsewhere
    review = visible(request.parts.store, review_id)
    if review.state is State.FAILED:
        raise ReviewUnwritten
    words = card_words(review, request.parts.identity)
    is_ready = review.state is State.READY
    caching = responses.KEPT_WHILE_VISIBLE if is_ready else responses.NEVER_KEPT
    tag = responses.tag_for(f"{DESIGN} {words}")
    if has_unchanged(request.headers, tag):
        return responses.unchanged(caching, tag)
    # Pillow takes longer to import than a page to draw, and few requests are for cards.
    from functions.render.card.drawing import drawn_card  # noqa: PLC0415

    return responses.picture(drawn_card(words), caching, tag)


@routes.show("/oembed")
def oembed(request: Request) -> Response:
    """Tell a site that embeds a link what to show for it."""
    query = request.query
    form = embed_format(query)
    try:
        review = finished(request.parts.store, embedded_id(query, request.parts.identity))
    except (ReviewNotFound, ReviewGone, ReviewUnwritten) as error:
        raise EmbedUnknown from error
    preview = preview_of(review, reading_of(review.prompt, review.text), request.parts.identity)
    answer = embed_of(preview, request.parts.identity, query)
    if form == "xml":
        body = request.parts.pages.embed(answer)
        return responses.xml(body, responses.KEPT_WHILE_VISIBLE, name="text/xml", searchable=False)
    return responses.data(answer, caching=responses.KEPT_WHILE_VISIBLE)


@routes.show("/openapi.json")
def description(request: Request) -> Response:
    """Describe all that the site answers."""
    return responses.data(described(request.parts.identity), caching=responses.KEPT_SHORTLY)
