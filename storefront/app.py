"""The table of contents: every blueprint, URL prefix and command of the program."""

from click import Command
from flask import Blueprint, Flask

from accounts.access import set_up_access
from accounts.cli import cli as accounts_cli
from accounts.views.urls import blueprint as accounts
from catalog.amounts_in_words import amount_in_words
from catalog.api.urls import blueprint as catalog_api
from catalog.cli import cli as catalog_cli
from catalog.permissions.office import can_record_decisions
from catalog.queries.certificate_claims import count_waiting_claims
from catalog.queries.claims import count_office_claims
from catalog.queries.office_decisions import count_waiting
from catalog.queries.office_listings import count_new_listings
from catalog.queries.office_notes import count_open_findings
from catalog.queries.office_queues import Queue
from catalog.queries.questions import count_open_reports
from catalog.queries.sellers import count_office_checks
from catalog.queries.todo_cards import TodoSource
from catalog.search import folders as search_folders
from catalog.stories import story_html, story_plain
from catalog.views.office.urls import blueprint as office
from catalog.views.urls import blueprint as catalog
from catalog.views.workspace.urls import blueprint as workspace
from core import assets, health
from core.cli import register_commands
from core.config import ROOT, Settings, load_settings, make_instance_dir, stopped_by_wrong_settings
from core.db import db
from core.i18n import current_language
from core.logs import set_up_logs
from core.web.setup import set_up_web
from ledger.cli import cli as ledger_cli
from orders import payment_terms
from orders.cli import fake_stripe
from orders.cli import orders as orders_cli
from orders.cli import payments as payments_cli
from orders.queries.desk_todos import order_todos
from orders.queries.own_refunds import refund_todos
from orders.urls import admin as order_admin
from orders.urls import desk, hooks
from orders.urls import office as order_office
from promotion.permissions.trade import can_verify_buyers
from promotion.queries.trade_accounts import count_waiting_accounts
from promotion.queries.trade_todos import trade_todos
from promotion.urls import admin as promotion_admin
from promotion.urls import blueprint as promotion
from promotion.urls import booth, organiser, trade, trade_desk
from promotion.urls import desk as promotion_desk
from promotion.urls import office as promotion_office
from promotion.views.promotion_ways import promotion_ways
from settlement.urls import admin as settlement_admin
from settlement.urls import money
from settlement.views.previews import take_home_of
from storefront.api.urls import blueprint as storefront_api
from storefront.cli import build_if_empty
from storefront.cli import cli as demo_cli
from storefront.views.urls import blueprint as storefront
from storefront.views.workspace_ways import closed_ways
from traceability.api.urls import blueprint as traceability_api
from traceability.cli import cli as traceability_cli
from traceability.cli.events import keep_events
from traceability.epcis import names as event_names
from traceability.queries.diary_doubts import count_open_doubts, diary_todos
from traceability.queries.doubts import count_open_doubts as count_clone_doubts
from traceability.queries.office_reports import count_open_reports as count_stamp_reports
from traceability.tile_map import tile_map
from traceability.urls import admin as origin_admin
from traceability.urls import blueprint as traceability
from traceability.urls import desk as origin_desk
from traceability.urls import office as origin_office
from transparency.cli import catch_up_once
from transparency.cli import cli as transparency_cli
from transparency.urls import api as transparency_api
from transparency.urls import blueprint as transparency

# Who answers which addresses. A prefix of None: the blueprint's routes hold their whole address.
BLUEPRINTS: tuple[tuple[Blueprint, str | None], ...] = (
    (assets.blueprint, None),
    (health.blueprint, None),
    (accounts, None),
    (workspace, "/workspace"),
    (office, "/office"),
    (catalog, None),
    (catalog_api, None),
    (desk, "/workspace"),
    (money, "/workspace"),
    (order_admin, "/admin"),
    (order_office, "/office"),
    (settlement_admin, "/admin"),
    (hooks, None),
    (promotion, None),
    (organiser, "/organiser"),
    (promotion_desk, "/workspace"),
    (promotion_office, "/office"),
    (promotion_admin, "/admin"),
    (trade, None),
    (trade_desk, "/workspace"),
    (booth, None),
    (origin_desk, "/workspace"),
    (origin_office, "/office"),
    (origin_admin, "/admin"),
    (storefront, None),
    (traceability, None),
    (traceability_api, None),
    (transparency, None),
    (transparency_api, None),
    (storefront_api, None),
)

# Commands of the packages, each a group of `flask`.
COMMANDS: tuple[Command, ...] = (
    accounts_cli,
    catalog_cli,
    demo_cli,
    ledger_cli,
    traceability_cli,
    transparency_cli,
    fake_stripe,
    payments_cli,
    orders_cli,
)

# Imported only where needed, by name: by the migrations, the job worker and `flask verify`.
MODEL_MODULES: tuple[str, ...] = (
    "core.jobs.models",
    "core.messages.models",
    "core.rate_models",
    "core.tasks.models",
    "ledger.models",
    "transparency.models",
    "accounts.models",
    "accounts.models.keys",
    "accounts.models.personal",
    "catalog.models",
    "catalog.models.joining",
    "catalog.models.listings",
    "catalog.models.office",
    "catalog.models.evidence",
    "catalog.models.pictures",
    "catalog.models.shoppers",
    "catalog.models.webhooks",
    "traceability.models",
    "traceability.models.packs",
    "traceability.models.epcis",
    "orders.models.agreed",
    "orders.models.bundles",
    "orders.models.cart",
    "orders.models.checkout",
    "orders.models.complaints",
    "orders.models.delivery",
    "orders.models.orders",
    "orders.models.news",
    "orders.models.notices",
    "orders.models.payments",
    "orders.models.bank",
    "orders.models.returns",
    "orders.models.reviews",
    "orders.models.shipments",
    "orders.models.slices",
    "orders.models.stock",
    "orders.models.vouchers",
    "promotion.models.points",
    "promotion.models.reach",
    "settlement.models.payouts",
    "settlement.models.rules",
    "settlement.models.sales",
    "promotion.models.campaigns",
    "promotion.models.channels",
    "promotion.models.counter",
    "promotion.models.fairs",
    "promotion.models.trade",
)
JOB_MODULES: tuple[str, ...] = (
    "core.jobs.worker",
    "core.limits",
    "accounts.jobs.personal",
    "accounts.jobs.sign_in",
    "core.messages.jobs",
    "core.tasks.running",
    "accounts.jobs.api_answers",
    "catalog.jobs.assistance",
    "catalog.jobs.inquiries",
    "catalog.jobs.media",
    "catalog.jobs.reminders",
    "catalog.jobs.search_index",
    "catalog.jobs.sheets",
    "catalog.jobs.shoppers",
    "catalog.jobs.webhooks",
    "traceability.jobs.diaries",
    "traceability.jobs.looks",
    "traceability.jobs.stamps",
    "orders.jobs.news",
    "orders.jobs.recalls",
    "orders.jobs.after",
    "orders.jobs.shipments",
    "orders.jobs.payments",
    "orders.jobs.statements",
    "orders.jobs.stock",
    "orders.jobs.timers",
    "transparency.jobs",
    "ledger.jobs",
    "settlement.jobs",
    "orders.jobs.cards",
    "promotion.jobs.trade",
    "promotion.jobs.channels",
)
# What waits for officers, in the order in which the office lists it.
OFFICE_QUEUES: tuple[Queue, ...] = (
    Queue("proposals", "/decisions", count_waiting, can_record_decisions),
    Queue("claims", "/claims", count_office_claims, can_record_decisions),
    Queue("verifications", "/verifications", count_office_checks, can_record_decisions),
    Queue("certificates", "/certificates", count_waiting_claims),
    Queue("questions", "/questions", count_open_reports, can_record_decisions),
    Queue("listings", "/listings", count_new_listings),
    Queue("reports", "/reports", count_stamp_reports),
    Queue("doubts", "/doubts", count_clone_doubts),
    Queue("findings", "/findings", count_open_findings),
    Queue("diary_doubts", "/diary-doubts", count_open_doubts),
    Queue("trade_accounts", "/trade-accounts", count_waiting_accounts, can_verify_buyers),
)
# What waits for producers, beside what `catalog.queries.todo` knows of itself.
TODO_SOURCES: tuple[TodoSource, ...] = (
    order_todos,
    refund_todos,
    diary_todos,
    trade_todos,
)
# What each area holds about people: for their own export, for erasure, and for what has an end.
PERSONAL_DATA_MODULES: tuple[str, ...] = (
    "accounts.operations.credential_facts",
    "accounts.operations.personal_facts",
    "catalog.operations.listing_personal_facts",
    "catalog.operations.personal_facts",
    "catalog.operations.private_papers",
    "promotion.operations.booth_personal_facts",
    "promotion.operations.reach_personal_facts",
    "orders.operations.cart_personal_facts",
    "orders.operations.checkout_personal_facts",
    "orders.operations.money_personal_facts",
    "orders.operations.personal_facts",
    "traceability.operations.origin_personal_facts",
    "traceability.operations.personal_facts",
    "settlement.operations.personal_facts",
    "promotion.operations.trade_personal_facts",
)
# Which rows the public log speaks of.
LOGGED_MODULES: tuple[str, ...] = (
    "catalog.queries.logged",
    "catalog.queries.logged_certificates",
    "traceability.queries.logged",
    "traceability.queries.logged_events",
    "traceability.queries.logged_recalls",
    "traceability.queries.logged_stamps",
    "transparency.queries.logged",
)
INVARIANT_MODULES: tuple[str, ...] = (
    "accounts.invariants.audit",
    "accounts.invariants.personal",
    "catalog.invariants.office",
    "catalog.invariants.register",
    "orders.invariants.codes",
    "orders.invariants.orders",
    "orders.invariants.cards",
    "orders.invariants.money",
    "orders.invariants.people",
    "orders.invariants.stock",
    "orders.invariants.vouchers",
    "traceability.invariants",
    "transparency.invariants",
    "ledger.invariants",
    "settlement.invariants",
)


def create_app(settings: Settings | None = None) -> Flask:
    """The program, ready to serve. Without `settings` they are read from the environment.

    A wrong setting ends the process with one line that names it.
    """
    if settings is not None:
        return _app_of(settings)
    with stopped_by_wrong_settings():
        return _app_of(load_settings())


def _app_of(settings: Settings) -> Flask:
    app = Flask(
        "storefront.app", root_path=str(ROOT), static_folder=None, instance_path=str(settings.instance_dir)
    )
    make_instance_dir(settings)
    set_up_logs(settings.log_level, settings.log_format)
    app.extensions["settings"] = settings
    app.extensions["model_modules"] = MODEL_MODULES
    app.extensions["job_modules"] = JOB_MODULES
    app.extensions["invariant_modules"] = INVARIANT_MODULES
    app.extensions["logged_modules"] = LOGGED_MODULES
    app.extensions["personal_data_modules"] = PERSONAL_DATA_MODULES
    app.extensions["prepare"] = prepare
    app.extensions["office_queues"] = OFFICE_QUEUES
    app.extensions["todo_sources"] = TODO_SOURCES
    payment_terms.use_settings(settings.payments)
    event_names.use_site(settings.public_base_url)
    search_folders.use_root(settings.database_url, settings.instance_dir / "search")
    set_up_web(app, settings)
    set_up_access(app)
    app.jinja_env.filters.update(
        story_html=story_html,
        story_plain=story_plain,
        amount_in_words=lambda amount_vnd: amount_in_words(amount_vnd, current_language()),
    )
    app.jinja_env.globals.update(
        take_home_of=take_home_of, map_of=tile_map, promotion_ways=promotion_ways, closed_ways=closed_ways
    )
    db.init_app(app)
    for blueprint, prefix in BLUEPRINTS:
        app.register_blueprint(blueprint, url_prefix=prefix)
    register_commands(app)
    for group in COMMANDS:
        app.cli.add_command(group)
    return app


def prepare(app: Flask) -> None:
    """What `flask serve` does before serving, on a migrated database."""
    with app.app_context():
        catch_up_once()
        keep_events()
        build_if_empty()
