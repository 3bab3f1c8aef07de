"""Templates speak the language of the request, whatever was settled when they were compiled."""

import pytest
from flask import get_template_attribute, render_template_string

from core.i18n import speaking


@pytest.fixture
def template(app, tmp_path):
    (tmp_path / "page.html").write_text(
        '{% from "part.html" import search %}{{ _("Search") }}|{{ search(words) }}|{{ current_language() == "en" }}'
    )
    (tmp_path / "part.html").write_text(
        '{% macro search(words) %}{{ _("Search: %(query)s", query=words) }}{% endmacro %}'
    )
    app.template_folder = str(tmp_path)
    return app


def _page(app, language):
    with app.test_request_context(), speaking(language):
        return app.jinja_env.get_template("page.html").render(words="<b>")


def test_each_language_has_its_own_words_and_values_stay_escaped(template):
    assert _page(template, "vi") == "Tìm|Tìm: &lt;b&gt;|False"
    assert _page(template, "en") == "Search|Search: &lt;b&gt;|True"
    assert _page(template, "vi") == "Tìm|Tìm: &lt;b&gt;|False"


def test_a_macro_asked_for_by_name_speaks_the_language_of_the_request(template):
    with template.test_request_context():
        words = []
        for language in ("en", "vi"):
            with speaking(language):
                words.append(str(get_template_attribute("part.html", "search")("x")))

    assert words == ["Search: x", "Tìm: x"]


def test_globals_and_filters_are_the_same_in_every_language(template):
    template.jinja_env.globals["answer"] = 42

    with template.test_request_context(), speaking("en"):
        assert render_template_string("{{ answer }}") == "42"
        assert (
            template.jinja_env.select_template(["none.html", "page.html"])
            .render(words="")
            .startswith("Search")
        )
