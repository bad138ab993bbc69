"""The routes that only programs ask: a review's card, oEmbed, the interface's description."""

from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from artreview.errors import ReviewNotFound
from artreview.review import State
from functions.render import responses
from functions.render.card.words import DESIGN, card_words
from functions.render.description import described
from functions.render.errors import EmbedUnknown, ReviewGone, ReviewUnwritten
from functions.render.lookup import finished, moved, visible
from functions.render.oembed import embed_format, embed_of, embedded_id
from functions.render.parts import RenderParts, parts_in
from functions.render.previews import preview_of
from functions.render.reading import reading_of
from functions.render.requests import has_unchanged, query_of

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]  # Powertools left it bare


@router.get(r"/r/<review_id>/card\.png")
def card(review_id: str) -> Response[Any]:
    """Draw the picture that stands for a review; before it is written, with its title alone."""
    if elsewhere := moved(review_id, "/card.png"):
        return elsewhere
    review = visible(_parts().store, review_id)
    if review.state is State.FAILED:
        raise ReviewUnwritten
    words = card_words(review, _parts().identity)
    is_ready = review.state is State.READY
    caching = responses.KEPT_WHILE_VISIBLE if is_ready else responses.NEVER_KEPT
    tag = responses.tag_for(f"{DESIGN} {words}")
    if has_unchanged(router.current_event.headers, tag):
        return responses.unchanged(caching, tag)
    # Pillow takes longer to import than a page to draw, and few requests are for cards.
    from functions.render.card.drawing import drawn_card  # noqa: PLC0415

    return responses.picture(drawn_card(words), caching, tag)


@router.get("/oembed")
def oembed() -> Response[str]:
    """Tell a site that embeds a link what to show for it."""
    query = query_of(router.current_event.get("rawQueryString") or "")
    form = embed_format(query)
    try:
        review = finished(_parts().store, embedded_id(query, _parts().identity))
    except (ReviewNotFound, ReviewGone, ReviewUnwritten) as error:
        raise EmbedUnknown from error
    preview = preview_of(review, reading_of(review.prompt, review.text), _parts().identity)
    answer = embed_of(preview, _parts().identity, query)
    if form == "xml":
        body = _parts().pages.embed(answer)
        return responses.xml(body, responses.KEPT_WHILE_VISIBLE, name="text/xml", searchable=False)
    return responses.data(answer, caching=responses.KEPT_WHILE_VISIBLE)


@router.get(r"/openapi\.json")
def description() -> Response[str]:
    """Describe all that the site answers."""
    known = described(_parts().identity, has_gallery=_parts().settings.gallery)
    return responses.data(known, caching=responses.KEPT_SHORTLY)


def _parts() -> RenderParts:
    return parts_in(router.context)
