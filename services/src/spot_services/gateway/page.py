"""The page at `/`: three static files, without a build and without anything from elsewhere."""

from importlib import resources

from starlette.requests import Request
from starlette.responses import Response

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/page/style.css": ("style.css", "text/css; charset=utf-8"),
    "/page/script.js": ("script.js", "text/javascript; charset=utf-8"),
}
PATHS = tuple(_FILES)


def page_file(path: str) -> Response:
    """One file of the page."""
    name, media_type = _FILES[path]
    content = resources.files(__package__).joinpath("page", name).read_bytes()
    return Response(
        content, media_type=media_type, headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"}
    )


async def page(request: Request) -> Response:
    return page_file(request.url.path)
