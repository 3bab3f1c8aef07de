"""The edge: what goes out with every answer, and what errors look like."""

import dataclasses
import io
import json

import pytest
from flask import request, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import TooManyRequests
from werkzeug.test import encode_multipart

from core.config import Environment
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from core.web.access import public, takes_files
from core.web.headers import header_set, use_headers, with_headers

KINDS = [(NotFoundError, 404), (ConflictError, 409), (InvalidError, 422), (ForbiddenError, 403)]


@pytest.fixture
def production(settings):
    return dataclasses.replace(
        settings,
        public_base_url="https://cho.example.vn",
        trusted_hosts=("cho.example.vn",),
        ocop_env=Environment.PRODUCTION,
    )


def add(app, view, path="/try", **options):
    app.add_url_rule(path, f"try.{path}", public(view), **options)


def test_every_answer_carries_the_headers_of_safety(client):
    for path in ("/healthz", "/no-such-page", "/api/no-such-page"):
        headers = client.get(path).headers

        assert headers["Content-Security-Policy"] == (
            "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
            "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
        )
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
        assert headers["Permissions-Policy"].startswith("camera=(self)")
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Strict-Transport-Security" not in headers


def test_a_view_may_ask_for_more_and_no_other_view_gets_it(app, client):
    scan = header_set(
        more_sources={"script-src": "'wasm-unsafe-eval'", "worker-src": "blob:"}, referrer="same-origin"
    )
    add(app, with_headers(scan)(lambda: "x"), "/scan-try")
    add(app, lambda: (use_headers(scan), "x")[1], "/scan-too")

    for path in ("/scan-try", "/scan-too"):
        policy = client.get(path).headers["Content-Security-Policy"]
        assert "script-src 'self' 'wasm-unsafe-eval';" in policy
        assert policy.endswith("worker-src 'self' blob:")
        assert client.get(path).headers["Referrer-Policy"] == "same-origin"
    assert "wasm" not in client.get("/healthz").headers["Content-Security-Policy"]


def test_a_page_for_everybody_sets_no_cookie(client):
    answer = client.get("/no-such-page")

    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_in_production_cookies_are_bound_to_the_host_and_https(make_app, production):
    app = make_app(production)
    add(app, lambda: session.update(x=1) or "ok")

    answer = app.test_client().get("/try", base_url="https://cho.example.vn")

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert part in cookie
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_a_cookie_is_read_back(app, client):
    add(app, lambda: session.update(x=1) or "ok", "/set")
    add(app, lambda: str(session.get("x")), "/get")

    assert client.get("/get").text == "None"
    client.get("/set")
    assert client.get("/get").text == "1"


def test_a_forged_host_is_refused(make_app, production):
    client = make_app(production).test_client()

    for path in ("/healthz", "/", "/api/v1/products"):
        assert client.get(path, base_url="https://evil.example").status_code == 400
    assert client.get("/healthz", base_url="https://cho.example.vn").status_code == 200


def test_forwarded_headers_count_only_when_hops_are_set(make_app, settings):
    def seen(app):
        add(app, lambda: f"{request.remote_addr} {request.scheme} {request.host}")
        forwarded = {
            "X-Forwarded-For": "203.0.113.9",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": "evil.example",
        }
        return app.test_client().get("/try", headers=forwarded).text

    assert seen(make_app()) == "127.0.0.1 http localhost"
    assert seen(make_app(dataclasses.replace(settings, proxy_hops=1))) == "203.0.113.9 https localhost"


@pytest.mark.parametrize(
    ("given", "is_kept"),
    [
        ("abc-DEF_1.2345", True),
        ("short", False),
        ("a b c d e f g", False),
        ("x" * 65, False),
        ("<script>alert", False),
    ],
)
def test_a_request_id_is_kept_only_if_it_is_sane(client, given, is_kept):
    answered = client.get("/healthz", headers={"X-Request-Id": given}).headers["X-Request-Id"]

    assert (answered == given) is is_kept
    assert len(answered) >= 8


def test_each_request_gets_an_id_of_its_own(client):
    assert client.get("/healthz").headers["X-Request-Id"] != client.get("/healthz").headers["X-Request-Id"]


@pytest.mark.parametrize(("kind", "status"), KINDS)
def test_a_kind_of_error_is_a_page_for_people(app, client, kind, status):
    def view():
        raise kind(slug="x")

    add(app, view)
    answer = client.get("/try")

    assert answer.status_code == status
    assert answer.content_type == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.text.count("<h1>") == 1
    assert 'content="noindex"' in answer.text


@pytest.mark.parametrize(("kind", "status"), KINDS)
def test_a_kind_of_error_is_a_problem_for_programs(app, client, kind, status):
    def view():
        raise kind(slug="x", wanted=3)

    add(app, view, "/api/try")
    answer = client.get("/api/try")

    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    body = json.loads(answer.data)
    assert (body["type"], body["status"], body["slug"], body["wanted"]) == ("about:blank", status, "x", 3)
    assert body["title"]


def test_facts_of_an_error_cannot_overwrite_the_problem_itself(app, client):
    def view():
        raise NotFoundError(status=200, title="fine")

    add(app, view, "/api/try")

    assert json.loads(client.get("/api/try").data)["status"] == 404


def test_errors_speak_the_language_of_the_page(client):
    assert "Không tìm thấy trang" in client.get("/no-such-page").text
    assert "Page not found" in client.get("/en/no-such-page").text


def test_an_unexpected_error_tells_a_code_and_nothing_else(app, client):
    def view():
        raise LookupError("the secret of the house")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    add(app, view)
    add(app, view, "/api/try")

    page, problem = client.get("/try"), client.get("/api/try")

    assert (page.status_code, problem.status_code) == (500, 500)
    assert page.headers["X-Request-Id"] in page.text
    assert json.loads(problem.data)["incident"] == problem.headers["X-Request-Id"]
    assert "secret" not in page.text + problem.text


def test_a_database_that_is_away_asks_to_try_again(app, client):
    def view():
        raise OperationalError("UPDATE x", {}, Exception("database is locked"))

    add(app, view)
    answer = client.get("/try")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "locked" not in answer.text


@pytest.mark.parametrize("path", ["/fairs/%00", "/products?q=%00", "/producers/%00"])
def test_a_letter_that_no_text_holds_is_no_fault_of_ours(client, path):
    assert client.get(path).status_code in {200, 400, 404}


def test_a_value_that_the_database_cannot_take_is_a_bad_request(app, client):
    def view():
        raise DataError("SELECT x", {}, Exception("PostgreSQL text fields cannot contain NUL (0x00) bytes"))

    add(app, view)

    assert client.get("/try").status_code == 400


def test_too_many_requests_are_told_how_long_to_wait(app, client):
    def view():
        raise TooManyRequests(retry_after=30)

    add(app, view)
    answer = client.get("/en/try")

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
    assert "Wait 30 seconds" in answer.text


def test_a_wrong_method_is_told_which_ones_are_right(client):
    answer = client.delete("/healthz")

    assert answer.status_code in {400, 405}
    traced = client.open("/healthz", method="TRACE")
    assert traced.status_code in {400, 405}


def test_a_form_without_its_token_is_refused_and_does_nothing(app, client):
    done = []
    add(app, lambda: done.append(1) or "ok", methods=["POST"])

    for method in ("/try", "/en/try"):
        answer = client.post(method, data={"x": "1"})
        assert answer.status_code == 400
    assert "Biểu mẫu đã hết hạn" in client.post("/try").text
    assert done == []


def test_a_form_with_its_token_is_taken(app, client):
    add(app, generate_csrf, "/form")
    add(app, lambda: "done", methods=["POST"])

    token = client.get("/form").text

    assert client.post("/try", data={"csrf_token": token}).text == "done"


@pytest.mark.parametrize(
    ("site", "status"), [("same-origin", 200), ("none", 200), ("same-site", 400), ("cross-site", 400)]
)
def test_a_form_sent_from_another_site_is_refused_whatever_token_it_has(app, client, site, status):
    add(app, generate_csrf, "/form")
    add(app, lambda: "done", methods=["POST"])
    token = client.get("/form").text

    answer = client.post("/try", data={"csrf_token": token}, headers={"Sec-Fetch-Site": site})

    assert answer.status_code == status


def test_what_is_too_large_is_refused(app, client):
    app.config["WTF_CSRF_ENABLED"] = False
    add(app, lambda: str(len(request.get_data())), methods=["POST"])
    add(app, lambda: str(len(request.form)), "/form", methods=["POST"])

    assert client.post("/try", data=b"x" * 1_000_001).status_code == 413
    for fields in ({"x": "y" * 600_000}, {f"x{n}": "1" for n in range(300)}):
        boundary, body = encode_multipart(fields)
        answer = client.post("/form", data=body, content_type=f"multipart/form-data; boundary={boundary}")
        assert answer.status_code == 413


def test_only_a_view_that_takes_files_takes_a_large_request_and_still_asks_for_the_token(app, client):
    add(app, lambda: session.setdefault("token", generate_csrf()), "/form")
    add(app, takes_files(lambda: str(len(request.files["file"].read()))), "/upload", methods=["POST"])
    add(app, lambda: str(len(request.files["file"].read())), "/note", methods=["POST"])
    token = client.get("/form").text

    def send(path, size, **more):
        boundary, body = encode_multipart({"file": FileStorage(io.BytesIO(b"x" * size), "a.jpg"), **more})
        return client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")

    assert send("/upload", 20_000_000, csrf_token=token).text == "20000000"
    assert send("/upload", 2_000_000).status_code == 400
    assert send("/upload", 30_100_000, csrf_token=token).status_code == 413
    assert send("/note", 2_000_000, csrf_token=token).status_code == 413


def test_a_view_that_says_nothing_about_keeping_is_not_kept(app, client):
    add(app, lambda: "x")

    assert client.get("/try").headers["Cache-Control"] == "no-cache"
