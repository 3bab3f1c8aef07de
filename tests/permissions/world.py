"""One of every object that an address can name: our producer's, or the shopper's. What they are called is in `given`.

`build` returns the names with what stands for them in addresses.
"""

from datetime import date, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from accounts.models import Session
from accounts.models.keys import ApiKey
from accounts.tokens import hash_token
from catalog.models import Certificate
from catalog.models.evidence import CertificateClaim, CertificateReview, EvidenceFile, EvidencePage
from catalog.models.joining import Assistance, Claim, Invitation, SellerCheck
from catalog.models.listings import ListingDraft, ListingReview, ProductChange
from catalog.models.pictures import Picture, PictureFile, ProductPicture
from catalog.models.webhooks import EventKind, WebhookDelivery, WebhookEndpoint, WebhookEvent
from core import clock as present
from core.db import db, transaction
from core.files import Storage
from core.tasks.models import Task
from tests.factories import make_place, make_producer, make_product, make_register_entry, saved
from tests.people import (
    browser_of,
    make_administrator,
    make_member,
    make_officer,
    make_organiser,
    make_user,
)
from tests.permissions.after import after_things
from tests.permissions.bank import bank_things
from tests.permissions.campaigns import campaign_things, image_version
from tests.permissions.channels import channel_things
from tests.permissions.complaints import complaint_things
from tests.permissions.counter import counter_things
from tests.permissions.events import event_things
from tests.permissions.fairs import fair_things
from tests.permissions.lots import lot_things
from tests.permissions.money import money_things
from tests.permissions.notices import payment_notice
from tests.permissions.office import office_things
from tests.permissions.orders import order_things
from tests.permissions.personal import personal_things
from tests.permissions.promotions import promotion_things
from tests.permissions.reach import reach_things
from tests.permissions.recalls import recall_things
from tests.permissions.roles import COMMUNE, ELSEWHERE, PROVINCE
from tests.permissions.shown_fairs import shown_fair_things
from tests.permissions.trade import trade_things
from traceability.models import StampReport
from traceability.operations.lots import open_lot
from traceability.operations.stamps import issue_stamps
from traceability.queries.runs import list_codes
from transparency.operations import append

FILED = {"filed_on": date(2026, 9, 1)}
TOKEN = "an-invitation-of-the-tests-which-is-43-long"
PAPER = b"%PDF-1.4 a paper of the tests"
HASH = sha256(PAPER).hexdigest()
GTIN = "09521234500018"
People = dict[str, Any]
Names = dict[str, object]


def build(files: Storage) -> tuple[People, Names]:
    """People by role, and what is meant by each name. files: where papers and pictures are kept."""
    files.put(PAPER)
    ours = make_producer(name="HTX Dừa", slug="htx-dua")
    theirs = make_producer(name="HTX Chè", slug="htx-che", place=_far_away())
    people = _people(ours, theirs)
    product = make_product(
        slug="keo-dua", producer=ours, variants=[{"gtin": GTIN}], certification={"filed_on": date(2026, 9, 1)}
    )
    make_product(slug="che", producer=theirs)
    entry = make_register_entry(slug="dua-kho", name="Dừa khô", place=make_place())
    names: Names = {
        "producer": ours.id,
        "producer_slug": ours.slug,
        "product": product.id,
        "product_slug": product.slug,
        "variant": product.variants[0].id,
        "certification": product.certifications[0].id,
        "dossier": product.certifications[0].dossiers[0].id,
        "entry": entry.id,
        "stranger": people["shopper"].id,
        "grant": people["organiser"].grants[0].id,
        "official": people["organiser"].id,
        "gtin": GTIN,
    }
    names |= _stamps(product)
    with transaction():
        append("made.up", "thing:1", {}, present.now())
        append("made.up", "thing:2", {}, present.now())
    names |= _papers(ours, product, people)
    names |= _listing(product, people)
    names |= _joining(ours, entry, people)
    names |= office_things(product, people, names["evidence"], HASH)
    names |= personal_things(product, people)
    names["payment_notice"] = payment_notice()
    names |= order_things(product)
    names |= complaint_things()
    names |= after_things(product, people, files)
    names |= lot_things(product, files)
    names |= recall_things(product)
    names |= event_things(ours.id)
    names |= promotion_things(product, people)
    names |= campaign_things(product, people, names)
    names |= channel_things(ours, people)
    names |= fair_things(product, people)
    names |= counter_things(people, names["participation"])
    names |= money_things(ours, people)
    names |= trade_things(product, people, names)
    names |= bank_things(product)
    names |= reach_things(ours, people)
    names |= shown_fair_things(product)
    names |= {"share_kind": "product", "image_version": image_version("che")}
    return people, names


def browsers(app: Flask, people: People, *, second_factor: bool = True) -> dict[str, FlaskClient]:
    """A browser for each role; «signed_out» has one without any cookie."""
    signed_in = {role: browser_of(app, user, second_factor=second_factor) for role, user in people.items()}
    return {"signed_out": app.test_client(), **signed_in}


def grow_old() -> None:
    """Let every sign-in lie so far back that dangerous acts ask again."""
    with transaction():
        db.session.execute(update(Session).values(confirmed_at=present.now() - timedelta(hours=1)))


def _people(ours: Any, theirs: Any) -> People:
    return {
        "shopper": make_user(),
        "owner": make_member(ours, "owner"),
        "editor": make_member(ours, "editor"),
        "packer": make_member(ours, "packer"),
        "rival": make_member(theirs, "owner"),
        "commune": make_officer("commune", PROVINCE, commune_code=COMMUNE),
        "province": make_officer("province", PROVINCE),
        "elsewhere": make_officer("province", ELSEWHERE),
        "nation": make_officer("nation"),
        "organiser": make_organiser(),
        "administrator": make_administrator(),
    }


def _far_away() -> Any:
    return make_place(
        current_commune_code="02680",
        current_commune="Phường Lào Cai",
        current_province_code=ELSEWHERE,
        current_province="Tỉnh Lào Cai",
        vintage="since_2025_07",
        old_province_code=None,
        province="Tỉnh Lào Cai",
        commune="Phường Lào Cai",
        district=None,
    )


def _stamps(product: Any) -> Names:
    with transaction():
        lot = open_lot(product, "L1", 10, now=present.now())
        run_id = issue_stamps(lot, 1, now=present.now()).id
    code = list_codes(run_id)[0]
    report = saved(
        StampReport(submission_key=str(uuid4()), code=code, message="Tem rách", created_at=present.now())
    )
    return {"code": code, "stamp_run": run_id, "stamp_report": report.id}


def _papers(ours: Any, product: Any, people: People) -> Names:
    evidence = saved(
        EvidenceFile(
            sha256=HASH,
            title="Giấy",
            media_type="application/pdf",
            byte_count=1,
            page_count=1,
            producer_id=ours.id,
            is_for_members=True,
            kept_by_id=people["owner"].id,
            kept_at=present.now(),
        )
    )
    saved(EvidencePage(evidence_id=evidence.id, number=1, width=1, height=1, byte_count=1, sha256=HASH))
    claim = saved(
        CertificateClaim(
            submission_key=str(uuid4()),
            producer_id=ours.id,
            product_id=product.id,
            kind="food_safety",
            number="1/GCN",
            issuer="Chi cục",
            issued_on=date(2026, 1, 1),
            expires_on=date(2028, 1, 1),
            evidence_id=evidence.id,
            claimed_by_id=people["owner"].id,
            claimed_at=present.now(),
        )
    )
    certificate = saved(
        Certificate(
            kind="vietgap", number="2/GCN", issuer="Chi cục", product_id=product.id, recorded_at=present.now()
        )
    )
    verified = saved(
        CertificateClaim(
            submission_key=str(uuid4()),
            producer_id=ours.id,
            product_id=product.id,
            kind="vietgap",
            number="2/GCN",
            issuer="Chi cục",
            issued_on=date(2026, 1, 1),
            evidence_id=evidence.id,
            claimed_by_id=people["owner"].id,
            claimed_at=present.now(),
        )
    )
    saved(
        CertificateReview(
            claim_id=verified.id,
            outcome="verified",
            method="original_seen",
            officer_id=people["province"].id,
            reviewed_at=present.now(),
            certificate_id=certificate.id,
        )
    )
    return {
        "evidence": evidence.id,
        "certificate_claim": claim.id,
        "verified_claim": verified.id,
        "certificate": certificate.id,
    }


def _listing(product: Any, people: People) -> Names:
    owner = people["owner"].id
    change = saved(
        ProductChange(
            product_id=product.id,
            kind="edit",
            before={"name": "Kẹo"},
            after={"name": "Kẹo dừa"},
            by_id=owner,
            changed_at=present.now(),
        )
    )
    draft = saved(ListingDraft(product_id=product.id, base={}, opened_by_id=owner, opened_at=present.now()))
    review = saved(ListingReview(product_id=product.id, state="waiting", asked_at=present.now()))
    picture = saved(Picture(key="a" * 20, width=1, height=1, drawn_at=present.now()))
    for form in ("jpeg", "webp"):
        saved(
            PictureFile(
                picture_id=picture.id, name="card", format=form, width=1, height=1, byte_count=1, sha256=HASH
            )
        )
    shown = saved(
        ProductPicture(
            product_id=product.id,
            picture_id=picture.id,
            position=1,
            added_by_id=owner,
            added_at=present.now(),
        )
    )
    task = saved(Task(kind="made.up", owner_id=owner, title="Tệp", facts={}, created_at=present.now()))
    return {
        "change": change.id,
        "draft": draft.id,
        "review": review.id,
        "picture_key": picture.key,
        "picture": shown.id,
        "task": task.id,
    }


def _joining(ours: Any, entry: Any, people: People) -> Names:
    owner = people["owner"].id
    claim = saved(
        Claim(
            claimant_id=people["shopper"].id,
            product_id=entry.id,
            for_producer_id=ours.id,
            province_code=PROVINCE,
            statement="Của chúng tôi",
            claimed_at=present.now(),
        )
    )
    invitation = saved(
        Invitation(
            producer_id=ours.id,
            phone=people["shopper"].phone,
            role="packer",
            token_hash=hash_token(TOKEN),
            invited_by_id=owner,
            invited_at=present.now(),
            expires_at=present.now() + timedelta(days=3),
        )
    )
    helper = make_officer("commune", PROVINCE, commune_code=COMMUNE)
    membership = make_member(ours, "editor", name="Người giúp")
    member = membership.memberships[0].id
    assistance = saved(
        Assistance(
            producer_id=ours.id,
            officer_id=helper.id,
            membership_id=member,
            basis="screen",
            scope="Ảnh",
            agreed_by_id=owner,
            agreed_at=present.now(),
            ends_at=present.now() + timedelta(days=9),
        )
    )
    colleague = make_member(ours, "packer", name="Bạn cùng làm").memberships[0].id
    check = saved(
        SellerCheck(producer_id=ours.id, state="asked", told={}, noted_by_id=owner, noted_at=present.now())
    )
    key = saved(
        ApiKey(
            producer_id=ours.id,
            name="Máy tính tiền",
            prefix="abcdefgh",
            secret_hash=HASH,
            scopes="",
            created_by_id=owner,
            created_at=present.now(),
        )
    )
    webhook = saved(
        WebhookEndpoint(
            producer_id=ours.id,
            url="https://shop.example/hook",
            events="",
            salt="s" * 43,
            created_by_id=owner,
            created_at=present.now(),
        )
    )
    event = saved(
        WebhookEvent(
            id=str(uuid4()),
            producer_id=ours.id,
            kind=EventKind.PRICE_CHANGED,
            facts={},
            happened_at=present.now(),
        )
    )
    delivery = saved(WebhookDelivery(endpoint_id=webhook.id, event_id=event.id, asked_at=present.now()))
    return {
        "webhook": webhook.id,
        "delivery": delivery.id,
        "seller_check": check.id,
        "api_key": key.id,
        "claim": claim.id,
        "invitation": invitation.id,
        "token": TOKEN,
        "assistance": assistance.id,
        "membership": colleague,
    }
