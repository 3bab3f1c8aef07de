"""Who counts as having looked."""

import pytest

from traceability.look_rules import is_look

PEOPLE = [
    "Mozilla/5.0 (Linux; Android 13; SM-A145F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120 Mobile Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile Zalo iOS/502 ZaloTheme/light",
    "Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 [FB_IAB/FB4A;FBAV/400.0.0.37.76;]",
    "Mozilla/5.0 (Linux; Android 11; CUBOT NOTE 20) AppleWebKit/537.36 Chrome/110 Mobile Safari/537.36",
    "",
]
FETCHERS = [
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "TelegramBot (like TwitterBot)",
    "WhatsApp/2.23.20.0",
    "Zalo",
    "Mozilla/5.0 (compatible; Zalo/1.0)",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; coccocbot-web/1.0; +http://help.coccoc.com/searchengine)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Viber/13.3.0",
]


@pytest.mark.parametrize("agent", PEOPLE)
def test_a_person_with_a_browser_looks(agent):
    assert is_look("GET", {"HTTP_USER_AGENT": agent})


@pytest.mark.parametrize("agent", FETCHERS)
def test_whoever_draws_a_preview_of_a_link_does_not_look(agent):
    assert not is_look("GET", {"HTTP_USER_AGENT": agent})


def test_asking_for_headers_alone_is_no_look():
    assert not is_look("HEAD", {"HTTP_USER_AGENT": PEOPLE[0]})


@pytest.mark.parametrize(
    "header",
    [
        {"HTTP_SEC_PURPOSE": "prefetch;prerender"},
        {"HTTP_PURPOSE": "prefetch"},
        {"HTTP_X_MOZ": "prefetch"},
        {"HTTP_X_PURPOSE": "preview"},
    ],
)
def test_a_page_fetched_ahead_is_no_look(header):
    assert not is_look("GET", {"HTTP_USER_AGENT": PEOPLE[0], **header})
