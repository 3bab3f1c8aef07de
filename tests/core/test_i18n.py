"""Two languages: complete, escaped, and kept by every link."""

import importlib.util
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel.messages.pofile import read_po as read_po_with_babel
from flask import render_template_string, request, url_for
from markupsafe import Markup

from core import i18n
from core.config import ROOT
from core.po_files import read_po
from core.web.access import public

HELD = "Page not found"


def load_script():
    spec = importlib.util.spec_from_file_location("translations_script", ROOT / "scripts" / "translations.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


def test_the_prefix_chooses_the_language_and_stays_in_links(app, client):
    def view():
        return f"{i18n.current_language()} {url_for('try')} {request.path}"

    app.add_url_rule("/try", "try", public(view))

    assert client.get("/try").text == "vi /try /try"
    assert client.get("/en/try").text == "en /en/try /try"


@pytest.mark.parametrize("path", ["/end", "/english", "/en-GB", "/env/en"])
def test_what_only_begins_like_the_prefix_is_no_prefix(app, client, path):
    app.add_url_rule(path, "try", public(i18n.current_language))

    assert client.get(path).text == "vi"


def test_a_language_lasts_for_one_request(client):
    client.get("/en/healthz")

    assert i18n.current_language() == "vi"


def test_the_same_page_in_the_other_language_keeps_its_query(app, client):
    app.add_url_rule(
        "/try",
        "try",
        public(lambda: render_template_string("{{ language_url('vi') }} {{ language_url('en') }}")),
    )

    for path in ("/try", "/en/try"):
        assert client.get(f"{path}?q=n%C6%B0%E1%BB%9Bc&amp=1").text == (
            "/try?q=n%C6%B0%E1%BB%9Bc&amp;amp=1 /en/try?q=n%C6%B0%E1%BB%9Bc&amp;amp=1"
        )


@pytest.mark.parametrize(
    ("path", "link"),
    [("/en/%5Cevil.example/", "/%5Cevil.example/"), ("/en/a%3Fb%23c%22", "/a%3Fb%23c%22")],
)
def test_the_link_to_the_other_language_leads_nowhere_else(client, path, link):
    page = client.get(path).text

    assert f'href="{link}" lang="vi"' in page
    assert "\\evil" not in page.partition("<body")[2]


def test_a_message_is_said_in_the_present_language():
    assert i18n.gettext(HELD) == "Không tìm thấy trang"
    with i18n.speaking("en"):
        assert i18n.gettext(HELD) == HELD
    assert i18n.gettext("nobody ever wrote this %(x)s", x=1) == "nobody ever wrote this 1"


def test_a_lazy_message_waits_for_its_reader():
    label = i18n.lazy_gettext(HELD)

    assert str(label) == "Không tìm thấy trang"
    with i18n.speaking("en"):
        assert str(label) == HELD


def test_numbers_choose_the_form_in_english_and_not_in_vietnamese():
    one, many = "Wait %(count)s second, then try again.", "Wait %(count)s seconds, then try again."

    with i18n.speaking("en"):
        assert i18n.ngettext(one, many, 1) == "Wait 1 second, then try again."
        assert i18n.ngettext(one, many, 2) == "Wait 2 seconds, then try again."
        assert i18n.ngettext("%(count)s cat", "%(count)s cats", 0) == "0 cats"
    assert i18n.ngettext(one, many, 1) == "Bạn chờ 1 giây rồi thử lại."
    assert i18n.ngettext(one, many, 2) == "Bạn chờ 2 giây rồi thử lại."
    assert i18n.ngettext("%(count)s cat", "%(count)s cats", 2) == "2 cats"


def test_templates_escape_messages_and_what_is_put_into_them(app):
    with app.test_request_context("/en/"), i18n.speaking("en"):
        shown = render_template_string(
            "{{ _('a < b \"c\" %(x)s %(y)s', x=x, y=y) }}", x="<script>", y=Markup("<b>1</b>")
        )

    assert shown == "a &lt; b &#34;c&#34; &lt;script&gt; <b>1</b>"


def test_dates_times_and_sums_follow_the_language():
    evening = datetime(2026, 11, 11, 17, 5, tzinfo=UTC)  # already the 12th in Vietnam

    assert i18n.format_date(date(2026, 11, 2)) == "02/11/2026"
    assert i18n.format_date(evening) == "12/11/2026"
    assert i18n.format_time(evening) == "00:05"
    assert i18n.format_money(1_234_567) == "1.234.567\u00a0₫"
    assert i18n.format_money(-500) == "-500\u00a0₫"
    assert i18n.format_number(81.25) == "81,25"
    assert i18n.format_date(None) == ""
    with i18n.speaking("en"):
        assert i18n.format_date(evening) == "12 Nov 2026"
        assert i18n.format_money(1_234_567) == "₫1,234,567"
        assert i18n.format_number(9_000) == "9,000"


def test_our_reader_of_catalogues_agrees_with_babel(tmp_path):
    text = (
        'msgid ""\nmsgstr ""\n"Language: vi\\n"\n\n'
        '#: a.html\nmsgid "one \\"two\\"\\tthree"\nmsgstr ""\n"mot "\n"hai\\n"\n\n'
        '#, fuzzy\nmsgid "guessed"\nmsgstr "đoán"\n\n'
        'msgid "untold"\nmsgstr ""\n\n'
        '#, python-format\nmsgid "%(count)s page"\nmsgid_plural "%(count)s pages"\nmsgstr[0] "%(count)s trang"\n\n'
        '#~ msgid "old"\n#~ msgstr "cũ"\n'
    )
    file = tmp_path / "messages.po"
    file.write_text(text, "utf-8")

    assert read_po(file) == {'one "two"\tthree': "mot hai\n", "%(count)s page": "%(count)s trang"}
    assert read_po(i18n.CATALOGUE_PATH) == babel_catalogue(i18n.CATALOGUE_PATH)


def babel_catalogue(path: Path) -> dict[str, str]:
    with path.open("rb") as file:
        entries = [entry for entry in read_po_with_babel(file, locale="vi") if entry.id and not entry.fuzzy]
    first = {
        entry.id[0] if entry.pluralizable else entry.id: entry.string[0]
        if entry.pluralizable
        else entry.string
        for entry in entries
    }
    return {message: text for message, text in first.items() if text}


def test_a_line_that_is_no_catalogue_is_refused(tmp_path):
    file = tmp_path / "messages.po"
    file.write_text("msgid unquoted\n", "utf-8")

    with pytest.raises(ValueError, match="not a line"):
        read_po(file)


def test_the_catalogue_has_every_message_of_the_sources_and_no_other():
    script = load_script()
    held, used = script.load(), script.extract()

    def messages(catalogue):
        return {entry.id for entry in catalogue if entry.id}

    assert messages(held) == messages(used), "run: make translations"


def test_every_message_is_translated_and_none_is_a_guess():
    held = load_script().load()

    assert [entry.id for entry in held if entry.id and (entry.fuzzy or not any(entry.string or ()))] == []


def test_translations_take_the_same_values_and_are_well_formed():
    import re
    import unicodedata

    slots = re.compile(r"%\((\w+)\)[sd]")
    for entry in load_script().load():
        if not entry.id:
            continue
        english = " ".join(entry.id) if entry.pluralizable else entry.id
        vietnamese = " ".join(entry.string) if entry.pluralizable else str(entry.string)
        assert set(slots.findall(vietnamese)) <= set(slots.findall(english)), english
        assert unicodedata.is_normalized("NFC", vietnamese), english
        assert "<" not in english, f"a message holds no HTML: {english}"
