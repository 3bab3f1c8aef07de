"""Kept frames of pages: the page is the one that `render_template` gives, whoever asked before."""

import pytest
from flask import render_template, request
from flask_wtf.csrf import generate_csrf
from jinja2 import ChoiceLoader, DictLoader

from core.web import frames
from core.web.access import public
from core.web.frames import render_framed

PAGE = """{% extends "base.html" %}
{% from "components/breadcrumbs.html" import breadcrumbs %}
{% set word = _("Basket") %}
{% block title %}{{ word }} {{ code }}{% endblock %}
{% block crumbs %}{{ breadcrumbs([(word, "/cart"), (code, "")]) }}{% endblock %}
{% block content %}
<p>{{ word }} {{ code }} {{ who }}</p><input name="csrf_token" value="{{ csrf_token() }}">
{% endblock %}
"""


@pytest.fixture
def pages(app):
    """`/made/<code>?` framed, `/plain/<code>` as Flask does it, `/whole/<code>` kept with its content."""
    app.jinja_loader = ChoiceLoader([DictLoader({"try.html": PAGE}), app.jinja_loader])

    def framed(code):
        return render_framed("try.html", filled=(code,), code=code, who=request.headers.get("Who", ""))

    def plain(code):
        return render_template("try.html", code=code, who=request.headers.get("Who", ""))

    def whole(code):
        return render_framed("try.html", filled=(code, generate_csrf()), is_whole=True, code=code, who="")

    for name, view in (("made", framed), ("plain", plain), ("whole", whole)):
        app.add_url_rule(f"/{name}/<code>", name, public(view))
    return app


def shown(pages, path, client=None, **headers):
    client = client or pages.test_client()
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_framed_page_is_the_page(pages, language):
    client = pages.test_client()
    for code, who in (("OC<1>", "một"), ("OC22", "hai"), ("OC22", "<ba>")):
        plain = shown(pages, f"{language}/plain/{code}", client, Who=who)
        framed = shown(pages, f"{language}/made/{code}", client, Who=who)
        assert framed == plain.replace("/plain/", "/made/")
    assert len(pages.extensions["core.frames"]) == 1


def test_nothing_of_one_visitor_is_on_the_page_of_another(pages):
    first, second = pages.test_client(), pages.test_client()
    one, two = shown(pages, "/whole/OC11", first), shown(pages, "/whole/OC22", second)

    assert "OC11" not in two
    assert one.replace("OC11", "OC22") != two  # each has a token of its own
    assert shown(pages, "/whole/OC22", second) == two
    assert shown(pages, "/plain/OC22", second).replace("/plain/", "/whole/") == two


def test_a_page_that_two_addresses_answer_keeps_its_links(pages):
    """The path of one is part of a link on the other: cut out for one, it would be filled in wrongly for the other."""

    def whole():
        return render_framed("try.html", is_whole=True, code="/form/sent", who="/form")

    for path in ("/form", "/form/sent"):
        pages.add_url_rule(path, path.replace("/", "_"), public(whole))
    for path in ("/form", "/form/sent", "/form"):
        assert "<p>Giỏ hàng /form/sent /form</p>" in shown(pages, path)


def test_a_query_is_on_the_page_of_its_request_alone(pages):
    assert "q=mật" not in shown(pages, "/made/OC11")
    assert "/made/OC11?q=1" in shown(pages, "/made/OC11?q=1")
    assert "?q=1" not in shown(pages, "/made/OC11")


def test_no_more_frames_are_kept_than_told(pages, monkeypatch):
    monkeypatch.setattr(frames, "FRAMES_MAX", 3)
    with pages.test_request_context("/made/x"):
        for number in range(10):
            render_framed("try.html", frame=number, code="x", who="")
            assert len(pages.extensions["core.frames"]) <= 3
