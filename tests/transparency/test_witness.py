"""We as the witness of a log of others: one history only, and never two."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import select

from core.db import db
from transparency.checkpoints import Checkpoint, WitnessQuestion
from transparency.merkle import add_leaf, consistency_path, hashes_of, leaf_hash, root_of
from transparency.models import LogWitnessed
from transparency.notes import Note, new_key, parse_signatures, parse_verifier_key, sign_note, verify_note

LOG = new_key("log.example")


class Grown:
    """A log of others with `size` entries; salt tells one history from another."""

    def __init__(self, size, salt=""):
        self.size, self.peaks, self.nodes = size, (), {}
        for number in range(size):
            leaf = leaf_hash(f"{salt}{number}".encode())
            self.nodes[0, number] = leaf
            self.peaks, made = add_leaf(self.peaks, number, leaf)
            self.nodes |= {tuple(subtree): value for subtree, value in made}

    def question(self, old_size, key=LOG, origin=LOG.name):
        hashes = ()
        if 0 < old_size < self.size:
            path = consistency_path(old_size, self.size)
            hashes = hashes_of(path, lambda parts: [self.nodes[tuple(part)] for part in parts])
        note = sign_note(Checkpoint(origin, self.size, root_of(self.peaks)).text, key).signed_text
        return WitnessQuestion(old_size, tuple(hashes), note).text


@pytest.fixture
def witness(app, db_session, runner):
    """The public key with which we witness `LOG`."""
    settings = app.extensions["settings"]
    logs = (LOG.verifier.text,)
    app.extensions["settings"] = replace(settings, log=replace(settings.log, witnessed_logs=logs))
    told = runner.invoke(args=["transparency", "create-key", "--witness", "--name", "ocop.example/witness"])
    return parse_verifier_key(told.stdout.strip())


def asked(client, body):
    answer = client.post("/log/add-checkpoint", data=body)
    return answer.status_code, answer.text


def known():
    return db.session.execute(select(LogWitnessed.size, LogWitnessed.root)).all()


def test_a_log_that_only_grows_is_cosigned(client, witness):
    first, again, later = Grown(5), Grown(5), Grown(12)

    assert asked(client, first.question(0))[0] == 200
    assert asked(client, again.question(5))[0] == 200
    status, line = asked(client, later.question(5))

    assert status == 200
    text = Checkpoint(LOG.name, 12, root_of(later.peaks)).text
    assert verify_note(Note(text, parse_signatures(line)), [witness]) == (witness,)
    assert known() == [(12, root_of(later.peaks))]


def test_who_does_not_know_where_we_are_is_told(client, witness):
    asked(client, Grown(5).question(0))

    answer = client.post("/log/add-checkpoint", data=Grown(12).question(0))

    assert (answer.status_code, answer.text) == (409, "5\n")
    assert answer.headers["Content-Type"] == "text/x.tlog.size"
    assert known()[0].size == 5


@pytest.mark.parametrize(("size", "old_size", "status"), [(12, 5, 422), (5, 5, 409), (4, 5, 400)])
def test_another_history_is_never_cosigned(client, witness, size, old_size, status):
    asked(client, Grown(5).question(0))
    before = known()

    assert asked(client, Grown(size, "forged").question(old_size))[0] == status

    assert known() == before


def test_strangers_and_forgers_get_nothing(client, witness):
    other = new_key(LOG.name)
    body = Grown(5).question(0)

    assert asked(client, Grown(5).question(0, key=other))[0] == 403
    assert asked(client, Grown(5).question(0, origin="other.example"))[0] == 404
    assert asked(client, body.replace("\n5\n", "\n6\n"))[0] == 403
    for nonsense in ("", "old 0\n", body[:-1], body.replace("old 0", "old 00"), "x" * 70_000):
        assert asked(client, nonsense)[0] in {400, 413}
    assert known() == []


def test_without_a_key_nobody_is_witnessed(client, db_session):
    assert asked(client, Grown(5).question(0))[0] == 404


def test_two_histories_at_once_never_get_both_signatures(app, witness):
    told = []
    bodies = [Grown(5).question(0), Grown(5, "forged").question(0)]

    def ask(body):
        told.append(asked(app.test_client(), body)[0])

    askers = [threading.Thread(target=ask, args=(body,)) for body in bodies]
    for each in askers:
        each.start()
    for each in askers:
        each.join(30)

    assert sorted(told) == [200, 409]


def test_the_page_tells_who_vouches(client, witness, runner):
    unsigned = client.get("/log/witnesses").text
    runner.invoke(args=["transparency", "create-key", "--name", "ocop.example/log"])
    runner.invoke(args=["transparency", "sign"])

    signed = client.get("/log/witnesses").text

    assert "Chưa có ai ký nhật ký" in unsigned
    assert "Chưa có ai ký nhật ký" not in signed
    assert "ocop.example/log 1 " in signed
    assert LOG.name in signed
    assert "Đã ký đến dòng 0" in client.get("/log").text
    assert "entry-0.tlog-proof" in client.get("/log/proof/0.tlog-proof").headers["Content-Disposition"]
    assert "/log/proof/0.tlog-proof" in client.get("/en/log/0").text
