"""The errors of this function, and what each says to a visitor.

    ArtReviewError
    └── RenderError             holds the status, the code and the words
        ├── PageNotFound        404: no page has this address
        ├── MethodRefused       405: this function only shows
        ├── ReviewGone          410: the review was hidden or deleted
        ├── LinkRefused         403: the link's token is not for this page
        ├── ReviewUnwritten     404: the text is not there yet, so it has no file
        ├── GalleryPlaceUnknown 404: no page of the gallery begins there
        ├── EmbedUnknown        404: oEmbed was asked for something that it does not have
        ├── EmbedFormatUnknown  501: oEmbed was asked for a format that it does not speak
        └── AskedToShow         the status that another function chose

Anything else becomes a 500 that says no more than that.
"""

from dataclasses import dataclass

from artreview.errors import ArtReviewError, ReviewNotFound


@dataclass(frozen=True, slots=True)
class Problem:
    """What a visitor, or a program, is told when something is not as asked."""

    status: int
    code: str
    title: str
    message: str


_TAKE_POSTS = ("/report", "/delete", "/judge", "/subscription/confirm", "/subscription/leave")


class RenderError(ArtReviewError):
    """An error with words of its own."""

    def __init__(self, problem: Problem) -> None:
        """Hold what the visitor is told."""
        super().__init__(f"{problem.status} {problem.code}")
        self.problem = problem
        self.headers: dict[str, str] = {}


class PageNotFound(RenderError):
    """No page has this address."""

    def __init__(self) -> None:
        """Say so."""
        message = "The address may be mistyped, or the page may have moved."
        super().__init__(Problem(404, "page_not_found", "There is no page here", message))


class MethodRefused(RenderError):
    """Something other than GET or HEAD was sent to a page."""

    def __init__(self, path: str) -> None:
        """Say what is allowed at this path."""
        message = "This address does not take what was sent to it in this way."
        super().__init__(Problem(405, "method_not_allowed", "This page only shows", message))
        takes_posts = path == "/submission" or path.endswith(_TAKE_POSTS)
        self.headers = {"Allow": "GET, HEAD, POST" if takes_posts else "GET, HEAD"}


class ReviewGone(RenderError):
    """The review was hidden after a report, or deleted by whoever asked for it."""

    def __init__(self) -> None:
        """Say so, and not which of the two."""
        message = "It was reported, or whoever asked for it took it back. Nobody can read it here."
        super().__init__(Problem(410, "review_gone", "This review has been taken down", message))


class LinkRefused(RenderError):
    """The link is from no mail of ours, or is not whole."""

    def __init__(self) -> None:
        """Say what to do."""
        message = (
            "It is not whole, or is not for this page. Open it from the mail again, or copy all of "
            "it: it ends in a long row of letters and digits."
        )
        super().__init__(Problem(403, "link_refused", _TITLES[403], message))


class ReviewUnwritten(RenderError):
    """The review has no text to hand out: it is being written, or could not be."""

    def __init__(self) -> None:
        """Say where to look."""
        message = "This review has no finished text. Its page says how far it is."
        super().__init__(Problem(404, "review_unwritten", "Not written yet", message))


class GalleryPlaceUnknown(RenderError):
    """No page of the gallery begins at this place."""

    def __init__(self) -> None:
        """Say where it begins."""
        message = "The gallery begins at /gallery; from there its own links lead on."
        super().__init__(
            Problem(404, "gallery_place_unknown", "No such page of the gallery", message)
        )


class EmbedUnknown(RenderError):
    """oEmbed was asked for something that it does not have."""

    def __init__(self) -> None:
        """Say what it has."""
        message = (
            "Only finished reviews of this site can be embedded, by the address of their page."
        )
        super().__init__(Problem(404, "embed_unknown", "Nothing to embed", message))


class EmbedFormatUnknown(RenderError):
    """oEmbed was asked for a format that it does not speak."""

    def __init__(self) -> None:
        """Say which it speaks."""
        message = "The format is json or xml."
        super().__init__(Problem(501, "embed_format_unknown", "Not in this format", message))


class AskedToShow(RenderError):
    """Another function asks for a page about an error of its own."""


_TITLES = {
    400: "That request could not be read",
    403: "This link does not open anything",
    404: "There is nothing here",
    409: "That cannot be done now",
    410: "This has been taken down",
    413: "That was too long",
    415: "That came in a form we cannot read",
    429: "Too many at once",
    503: "Not at present",
}
_TITLES_BY_CODE = {"foreign_page": "That came from another site"}


def asked_to_show(status: int, code: str, message: str, headers: dict[str, str]) -> AskedToShow:
    """Return the error that another function wants shown, under a title that fits it."""
    title = _TITLES_BY_CODE.get(code) or _TITLES.get(status, "That did not work")
    error = AskedToShow(Problem(status, code, title, message))
    error.headers = headers
    return error


def explained(error: Exception) -> RenderError:
    """Return any error as one that has words for the visitor."""
    if isinstance(error, RenderError):
        return error
    if isinstance(error, ReviewNotFound):
        message = "Check the link: it ends in sixteen letters and digits."
        return RenderError(Problem(404, "review_not_found", "No review has this address", message))
    message = "Something broke on our side. Nothing you sent is lost; try again in a moment."
    return RenderError(Problem(500, "internal_error", "This page could not be shown", message))
