"""The routes of the site's own pages: the form, what it is about, what it is made of."""

from artreview.tokens import NONCE_BYTES, issue_form_token
from functions.render import responses
from functions.render.errors import PageNotFound
from functions.render.form import Form, form_of
from functions.render.parts import RenderParts
from functions.render.requests import Request
from functions.render.responses import Response
from functions.render.routing import Routes

routes = Routes()

_PREFILLED = ("prompt", "eccentricity", "decade", "answers", "again")


@routes.show("/")
def home(request: Request) -> Response:
    """Show what this is, with the form."""
    return responses.page(request.parts.pages.home(_form_of_query(request)))


@routes.show("/generate")
def generate(request: Request) -> Response:
    """Show the form, begun with what the query says."""
    return responses.page(request.parts.pages.form(_form_of_query(request)))


@routes.show("/submission")
def submission(_request: Request) -> Response:
    """Lead whoever comes back to the form's own address to a fresh form."""
    return responses.redirect(303, "/generate")


@routes.show("/examples")
def examples(request: Request) -> Response:
    """Show reviews to read; one that was chosen and is hidden since is not among them."""
    parts = request.parts
    chosen = parts.gallery.chosen(parts.site.featured())
    caching = responses.KEPT_WHILE_VISIBLE if chosen else responses.KEPT_SHORTLY
    return responses.page(parts.pages.examples(chosen), caching=caching)


@routes.show("/about")
def about(request: Request) -> Response:
    """Show how it works."""
    parts = request.parts
    return responses.page(parts.pages.about(parts.site.model()), caching=responses.KEPT_SHORTLY)


@routes.show("/privacy")
def privacy(request: Request) -> Response:
    """Show what is kept."""
    return responses.page(request.parts.pages.privacy(), caching=responses.KEPT_SHORTLY)


@routes.show("/patterns")
def patterns(request: Request) -> Response:
    """Show every part of the pages, on a site whose settings say so: a local one."""
    if not request.parts.settings.patterns:
        raise PageNotFound
    return responses.page(request.parts.pages.patterns())


@routes.show("/healthz")
def healthz(_request: Request) -> Response:
    """Tell that the function runs."""
    return responses.text("ok\n", responses.NEVER_KEPT)


@routes.show("/static/<name>")
def static(request: Request, name: str) -> Response:
    """Serve a static file, for ever under the address that the pages use."""
    file = request.parts.files.get(name)
    is_this_one = request.query.get("v") == file.version
    caching = responses.KEPT_FOR_EVER if is_this_one else responses.KEPT_SHORTLY
    return responses.file(file.content, file.content_type, caching)


def form_token(parts: RenderParts, age: float = 0.0) -> str:
    """Return the token of a form that counts as handed out so many seconds ago."""
    nonce = parts.world.random_bytes(NONCE_BYTES)
    return issue_form_token(nonce, parts.world.now() - age, parts.keys)


def _form_of_query(request: Request) -> Form:
    begun = {name: request.query[name] for name in _PREFILLED if name in request.query}
    return form_of(begun, form_token(request.parts), decades(request.parts))


def decades(parts: RenderParts) -> tuple[str, ...]:
    """Return the decades whose voice can be asked for; none before the model wrote first."""
    model = parts.site.model()
    return model.decades if model else ()
