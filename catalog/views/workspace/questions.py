"""Shoppers' questions: answered where everybody reads it, or hidden."""

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from accounts.errors import NotYoursError
from catalog.errors import InvalidQuestionError
from catalog.models import Producer
from catalog.operations.questions import answer_question, hide_question
from catalog.permissions.workspace import can_enter_workspace, can_publish_listings
from catalog.queries.questions import get_producer_question, list_producer_questions
from catalog.queries.workspace import get_own_producer
from core import clock
from core.db import transaction


@needs(can_enter_workspace)
def questions(producer_id: int) -> Response:
    """Those that wait first, each with its form."""
    return _page(get_own_producer(current_actor(), producer_id), 200)


@needs(can_enter_workspace)
def answer_create(producer_id: int, question_id: int) -> AnyResponse:
    """Answer in the producer's name."""
    producer = _answering(producer_id)
    text = request.form.get("answer", "")
    try:
        with transaction():
            question = get_producer_question(producer_id, question_id)
            answer_question(question, text, by=current_actor(), now=clock.now())
    except InvalidQuestionError as error:
        return _page(producer, 422, typed=text, question_id=question_id, error=str(error.facts["reason"]))
    return redirect(url_for("workspace.questions", producer_id=producer_id), 303)


@needs(can_enter_workspace)
def hiding_create(producer_id: int, question_id: int) -> AnyResponse:
    """Take a question out of sight."""
    _answering(producer_id)
    with transaction():
        hide_question(get_producer_question(producer_id, question_id), by=current_actor(), now=clock.now())
    return redirect(url_for("workspace.questions", producer_id=producer_id), 303)


def _answering(producer_id: int) -> Producer:
    """The producer, for whoever may speak in its name. Raises NotYoursError."""
    actor = current_actor()
    producer = get_own_producer(actor, producer_id)
    if not can_publish_listings(actor, producer_id):
        raise NotYoursError(producer_id=producer_id)
    return producer


def _page(
    producer: Producer, status: int, *, typed: str = "", question_id: int | None = None, error: str = ""
) -> Response:
    page = render_template(
        "workspace/questions.html",
        producer=producer,
        questions=list_producer_questions(producer.id),
        may_answer=can_publish_listings(current_actor(), producer.id),
        typed=typed,
        wrong_id=question_id,
        error=error,
    )
    return make_response(page, status)
