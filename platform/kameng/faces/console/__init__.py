"""The console: one place on its own host where operators and agents run their sites."""

from flask import Flask

from kameng.faces.console import (  # noqa: F401  (importing a page registers its views)
    audit,
    categories,
    designnav,
    entrance,
    goods,
    home,
    imports,
    ledger,
    members,
    moneynav,
    orders,
    packages,
    pricenav,
    prices,
    productpicture,
    products,
    secrets,
    settings,
    shell,
    siteleaves,
    sitemoving,
    siteopening,
    sitepage,
    sites,
    sitevisits,
    tiers,
    welcome,
)
from kameng.faces.console.aftersale import holds as aftersale_holds  # noqa: F401
from kameng.faces.console.aftersale import pages as aftersale_pages  # noqa: F401
from kameng.faces.console.blueprint import pages
from kameng.faces.console.changes import pages as change_pages  # noqa: F401
from kameng.faces.console.channelfees import pages as channel_fee_pages  # noqa: F401
from kameng.faces.console.collecting import pages as collecting_pages  # noqa: F401
from kameng.faces.console.connected import master as connected_master  # noqa: F401
from kameng.faces.console.connected import site as connected_site  # noqa: F401
from kameng.faces.console.costs import news, waiting  # noqa: F401
from kameng.faces.console.design import pages as design_pages  # noqa: F401
from kameng.faces.console.design import picture as design_picture  # noqa: F401
from kameng.faces.console.disputes import pages as dispute_pages  # noqa: F401
from kameng.faces.console.domains import pages as domain_pages  # noqa: F401
from kameng.faces.console.editor import choices as editor_choices  # noqa: F401
from kameng.faces.console.editor import drafts as editor_drafts  # noqa: F401
from kameng.faces.console.editor import pages as editor_pages  # noqa: F401
from kameng.faces.console.editor import qr as editor_qr  # noqa: F401
from kameng.faces.console.editor import uploads as editor_uploads  # noqa: F401
from kameng.faces.console.inbox import pages as inbox_pages  # noqa: F401
from kameng.faces.console.keys import pages as key_pages  # noqa: F401
from kameng.faces.console.looks import history as look_history  # noqa: F401
from kameng.faces.console.looks import pages as look_pages  # noqa: F401
from kameng.faces.console.markups import pages as markup_pages  # noqa: F401
from kameng.faces.console.markups import previews as markup_previews  # noqa: F401
from kameng.faces.console.panel import art as panel_art  # noqa: F401
from kameng.faces.console.payees import checks as payee_checks  # noqa: F401
from kameng.faces.console.payees import pages as payee_pages  # noqa: F401
from kameng.faces.console.plans import pages as plan_pages  # noqa: F401
from kameng.faces.console.presets import offers as preset_offers  # noqa: F401
from kameng.faces.console.presets import pages as preset_pages  # noqa: F401
from kameng.faces.console.presets import pushing as preset_pushing  # noqa: F401
from kameng.faces.console.pricesheets import pages as sheet_pages  # noqa: F401
from kameng.faces.console.promotion import pages as promotion_pages  # noqa: F401
from kameng.faces.console.receipts import income  # noqa: F401
from kameng.faces.console.receipts import pages as receipt_pages  # noqa: F401
from kameng.faces.console.rollouts import pages as rollout_pages  # noqa: F401
from kameng.faces.console.settlements import levels as settlement_levels  # noqa: F401
from kameng.faces.console.settlements import pages as settlement_pages  # noqa: F401
from kameng.faces.console.skins import form as skin_form  # noqa: F401
from kameng.faces.console.skins import pages as skin_pages  # noqa: F401
from kameng.faces.console.statements import pages as statement_pages  # noqa: F401
from kameng.faces.console.survival import pages as survival_pages  # noqa: F401
from kameng.faces.console.team import matrix, people  # noqa: F401
from kameng.faces.console.topups import balance, fees, policies  # noqa: F401
from kameng.faces.console.topups import pages as topup_pages  # noqa: F401
from kameng.faces.console.whatif import pages as what_if_pages  # noqa: F401
from kameng.faces.console.withdrawals import pages as withdrawal_pages  # noqa: F401
from kameng.faces.console.withdrawals import payouts, rulespage  # noqa: F401
from kameng.faces.console.writing import articles, menus, ownpages, siteinfo  # noqa: F401
from kameng.faces.frame import assets


def init(app: Flask) -> None:
    """Register the console's pages; the app gives them the console host."""
    if not app.blueprints.get("console"):
        shell.init(pages)
        assets.serve(pages, "/assets")
        app.register_blueprint(pages)
