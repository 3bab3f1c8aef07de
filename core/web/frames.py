"""Pages whose frame is kept: all that stands around the block `content` is put together once, not for every visitor.

Head, header and footer of `base.html` cost as much as the words of a short page. They depend on the language, the
template, the route and what the caller names as `frame`; the path of the page is filled in.
"""

from collections.abc import Hashable
from threading import Lock
from typing import Any, Final

from flask import current_app, render_template, request
from jinja2 import Template
from markupsafe import escape

from core.i18n import current_language
from core.web.setup import page_path

FRAMES_MAX: Final = 500
"""Kept by a process, some 10 kB each; with more it begins anew."""

_HERE: Final = "\x00content\x00"
_GAP: Final = "\x00%d\x00"
_EXTENSION: Final = "core.frames"
_lock: Final = Lock()


def render_framed(
    template: str,
    *,
    frame: Hashable = (),
    filled: tuple[str, ...] = (),
    is_whole: bool = False,
    **context: Any,
) -> str:
    """Like `render_template`, for a template that extends `base.html` and writes its words into the block `content`.

    frame: everything beside language, route and path that changes what stands outside that block. filled: texts of this
    page alone that stand there too, such as a code in the title, each found nowhere else in it; their number is always
    the same. is_whole: the content too depends on nothing but these, an empty form for instance. A page with a query is
    put together anew, because its frame repeats the query.
    """
    if request.query_string:
        return render_template(template, **context)
    frames: dict[Hashable, str] = current_app.extensions.setdefault(_EXTENSION, {})
    # The route too: the path of one is part of links on the page of another, and would be cut out of them.
    key = (current_language(), template, str(request.url_rule), frame, is_whole)
    texts = [str(escape(each)) for each in (page_path().removeprefix(request.script_root), *filled)]
    kept = frames.get(key)
    if kept is None:
        kept = render_template(template, **context) if is_whole else _frame_of(template, context)
        for number, text in enumerate(texts):
            kept = kept.replace(text, _GAP % number)
        with _lock:
            if len(frames) >= FRAMES_MAX:
                frames.clear()
            frames[key] = kept
    for number, text in enumerate(texts):
        kept = kept.replace(_GAP % number, text)
    if is_whole:
        return kept
    return kept.replace(_HERE, render_template(template, only_content=True, **context), 1)


def _frame_of(name: str, context: dict[str, Any]) -> str:
    """The page without its content."""
    template: Template = current_app.jinja_env.get_template(name)
    values = dict(context)
    current_app.update_template_context(values)
    whole = template.new_context(values)
    whole.blocks["content"] = [lambda _context: iter((_HERE,))]
    return "".join(template.root_render_func(whole))
