"""What every named refusal says to a person: what happened, what it means, what to do next."""

from typing import Any

from flask_babel import lazy_gettext as _

from kameng.faces.frame.basketrefusals import BASKET
from kameng.faces.frame.lookrefusals import LOOKS
from kameng.faces.frame.mediarefusals import MEDIA
from kameng.faces.frame.money import cash, localtime
from kameng.faces.frame.moneyrefusals import MONEY
from kameng.faces.frame.pairwords import said as pair_said
from kameng.faces.frame.tierrefusals import TIERS
from kameng.faces.frame.writingrefusals import WRITING
from kameng.kit.errors import Refusal
from kameng.kit.money import Money

TEXTS: dict[str, Any] = MONEY | {
    **BASKET,
    **LOOKS,
    **TIERS,
    **MEDIA,
    **WRITING,
    "not_allowed": _("Your role on this site does not allow this. Nothing was changed."),
    "form_invalid": _("Please look at the marked fields. Nothing was saved yet."),
    "facts_missing": _("This notice could not be written. Nothing was changed."),
    "no_such_notice": _("You were told no such thing on this site."),
    "no_such_wish": _("Choose for each kind how you are told. Nothing was saved."),
    "no_such_what_if": _("There is no such what-if, or nothing moves at this site."),
    "what_if_elsewhere": _(
        "This what-if has moved on meanwhile: look at where it stands now. Nothing was changed."
    ),
    "nothing_supposed": _("Suppose something first: a cost or a rule that changes."),
    "bad_cost_move": _("This is no cost and no move of one. Write 12.5, +0.5, -0.5, +5%% or -5%%."),
    "cost_out_of_reach": _(
        "%(count)s costs would be zero, below it, or above %(limit)s. Nothing was supposed."
    ),
    "no_goods_there": _("There are no goods of your own there, so no cost of yours moves."),
    "too_much_supposed": _("A what-if holds %(most)s costs and rules. Suppose less at once."),
    "not_found": _("There is nothing here, or you may not see it."),
    "forbidden": _("You may not do this. Nothing was changed."),
    "conflict": _("Something changed meanwhile. Reload the page and look again."),
    "too_large": _("This is too much at once. Send less."),
    "too_many": _("Too many tries. Wait a few minutes, then try again."),
    "bad_amount": _("This is not an amount. Write it like 9.90."),
    "bad_percent": _("This is not a percentage. Write it like 10."),
    "secret_unreadable": _(
        "A stored secret could not be opened. Nothing was shown; please call the operator."
    ),
    "no_such_site": _("There is no such site below yours."),
    "suspended_from_above": _(
        "A site above yours suspended this one. Nothing was changed; please ask there."
    ),
    "master_stays": _("A master site stands above all others and is not moved."),
    "circle_in_tree": _("A site cannot stand below itself or one of its own sub-sites."),
    "other_alliance": _("This site belongs to another alliance. Nothing was moved."),
    "stands_there": _("The site stands below %(target)s already."),
    "too_deep_there": _(
        "The tree would be %(needed)s levels deep there; %(most)s are allowed. Nothing was moved."
    ),
    "target_shut": _("%(target)s, or a site above it, is suspended or closed. Nothing was moved."),
    "site_opens_now": _("%(site)s is being opened this moment. Wait a minute, then try again."),
    "orders_under_way": _(
        "%(orders)s orders there are not paid or not delivered yet. Nothing was moved. Wait for"
        " them; a suspended site gets no new ones."
    ),
    "no_package_there": _("Choose a package of the new parent. Nothing was moved."),
    "package_forbids_sites": _(
        "Sites stand below this one, and the package %(package)s allows none. Nothing was moved."
    ),
    "secrets_of_former_parent": _(
        "Buyers there hold secrets that only the former parent can open. Nothing was moved."
    ),
    "no_such_move": _("There is no such move of this site."),
    "move_over": _(
        "This move was taken back before, or the site was moved again since. Nothing was changed."
    ),
    "bad_reason": _("Say in %(least)s to %(most)s signs why you go in; the owner reads it."),
    "bad_stay": _("A visit lasts 1 to %(most)s hours."),
    "already_there": _("You belong to this site and need no visit."),
    "no_such_visit": _("Nobody visits this site that way any more."),
    "not_yours_to_give": _(
        "You can only give and take what you may do yourself. Ask somebody who may do more."
    ),
    "beyond_platform_limit": _(
        "The platform gives this to nobody on a sub-site: it is the master site's alone."
    ),
    "role_not_here": _("This role cannot be given on this site."),
    "last_owner": _(
        "The site would be left without anybody who may do everything. Give that role to somebody"
        " else first."
    ),
    "already_staff": _("%(login)s belongs to this site already."),
    "bad_role_name": _(
        "A role needs a name of its own of 1 to %(most)s signs, not one of the platform's."
    ),
    "role_name_taken": _("There is a role called %(name)s already."),
    "role_empty": _("Choose at least one thing this role may do."),
    "no_such_permission": _("One of these permissions does not exist. Open the page again."),
    "no_such_role": _("This role does not exist here any more."),
    "role_in_use": _("%(people)s people still have this role. Give them another one first."),
    "stale_role": _(
        "Somebody else changed this role meanwhile. Open the page again and look at it first."
    ),
    "unknown": _("Nobody knows who asks. Show a key that is in force."),
    "key_missing": _("Show a key of this site: Authorization: Bearer kmk_…"),
    "key_refused": _(
        "This key opens nothing here: it is unknown, revoked, over, of another site, or whoever"
        " made it works here no more."
    ),
    "address_refused": _("This key may not be used from %(address)s."),
    "key_not_allowed": _(
        "This key may not do that (%(permission)s): it was not made for it, or whoever made it may"
        " not do it any more."
    ),
    "site_shut": _("This site is suspended or closed; its API answers nothing."),
    "api_not_in_package": _("The package of this site has no API; its keys open nothing."),
    "bad_parameter": _("The parameter %(name)s cannot be understood. %(hint)s"),
    "unknown_parameter": _("There is no parameter %(name)s here. Known are: %(known)s."),
    "bad_key_name": _("A key needs a name of 1 to %(most)s signs on one line."),
    "key_name_taken": _("There is a key called %(name)s already. Its text is not shown again."),
    "key_empty": _("Choose at least one thing the key may do."),
    "not_for_keys": _("No key can be given this; only people may do it."),
    "bad_network": _(
        "%(text)s is no address and no network. Write 203.0.113.9 or 203.0.113.0/24; leave the"
        " field empty for anywhere."
    ),
    "too_many_networks": _("A key names at most %(most)s addresses or networks."),
    "bad_duration": _("Choose how long the key is to last."),
    "too_many_keys": _("A site has at most %(most)s keys in force. Revoke one you do not use."),
    "no_such_key": _("There is no such key in force here; perhaps it was revoked just now."),
    "too_many_roles": _("A site has at most %(most)s roles of its own."),
    "invitation_refused": _("This link is over. Ask for a new one."),
    "product_not_found": _("This product does not exist here any more."),
    "sku_not_found": _("This item does not exist here any more."),
    "category_not_found": _("This category does not exist here any more."),
    "name_missing": _("A name is needed."),
    "text_too_long": _("A text is too long: at most %(limit)s characters."),
    "name_taken": _("The name %(name)s stands there already. Choose another."),
    "goods_forbidden": _(
        "These goods may not be listed on this platform (%(word)s). Nothing was saved."
    ),
    "price_out_of_range": _("Prices must be above zero and at most %(limit)s."),
    "quantity_limits_crossed": _(
        "The least and the most per order contradict each other. The most allowed is %(limit)s."
    ),
    "category_too_deep": _("Categories nest at most %(limit)s levels deep."),
    "edited_meanwhile": _(
        "Someone saved a newer version while this form was open. Reload, then change it again."
    ),
    "cost_moved": _(
        "The cost of %(count)s SKUs moved meanwhile. Nothing was saved; "
        "look again and decide again."
    ),
    "nothing_ticked": _("Nothing is ticked. Tick at least one row, then try again."),
    "no_such_news": _("Your site was told no such thing."),
    "bad_alarm": _("The percentage must be between 0 and %(most)s, or empty. Nothing was saved."),
    "cost_proposal_gone": _(
        "This cost was decided already, or a newer one took its place. Nothing moved; look again."
    ),
    "costs_not_yours": _("You may set prices, but not move what goods cost. Nothing was changed."),
    "cost_needs_approval": _(
        "%(count)s costs move by more than %(alarm)s %%: that needs somebody who may approve costs."
        " Nothing was saved."
    ),
    "out_of_stock": _("Only %(available)s left. Nothing was charged."),
    "not_a_card_sku": _("Card secrets can only be added to goods of the kind card secret."),
    "line_taken_otherwise": _("This order line already has its secrets."),
    "sheet_too_large": _(
        "This spreadsheet is too large. Nothing was imported; split it into parts."
    ),
    "sheet_unreadable": _(
        "This file is no readable spreadsheet. Save it as XLSX or CSV (UTF-8 or GBK)."
    ),
    "sheet_kind_unknown": _("Please upload a file that ends in .xlsx or .csv."),
    "header_not_found": _(
        "These columns are missing: %(missing)s. Add them to the header row and upload again."
    ),
    "column_twice": _("Two columns mean the same: %(field)s. Keep one of them."),
    "sheet_empty": _("There is no row under the header."),
    "too_many_rows": _("This file has %(rows)s rows; one import takes at most %(limit)s."),
    "sheet_too_many_cells": _(
        "This sheet has too many cells. Copy the goods into the empty spreadsheet instead."
    ),
    "import_not_found": _("This import does not exist here."),
    "nothing_to_commit": _("No row of this file would change anything."),
    "import_not_previewed": _("This import was already committed or undone."),
    "import_not_committed": _("Only a committed import can be undone."),
    "catalogue_moved": _(
        "The catalogue changed under this import. Nothing was written; check the file again."
    ),
    "file_too_large": _("This file is too large. Nothing was stored; split it into parts."),
    "text_unreadable": _(
        "This file is not readable text. Save it as UTF-8 or GBK and upload it again."
    ),
    "too_many_lines": _("At most %(limit)s secrets at once. Nothing was added; split the list."),
    "secret_too_long": _("Line %(line)s is longer than %(limit)s characters. Nothing was added."),
    "secret_unprintable": _(
        "Line %(line)s holds characters that cannot be shown. Nothing was added."
    ),
    "no_secrets": _("There is no secret in it, only blank lines."),
    "card_not_found": _("This secret is not in your stock."),
    "site_name_refused": _("This name cannot be had. Please choose another."),
    "bad_site_name": _("The site name is empty, too long or holds odd characters."),
    "bad_color": _("The colour must look like #2f5bea."),
    "no_sites_below": _("This site may not open sites below it."),
    "no_such_application": _("There is no such application."),
    "application_ended": _("This application was refused before. Please fill in the form again."),
    "owner_unclear": _("Name either a new owner or somebody who has an account."),
    "application_differs": _(
        "This application was already sent with other answers. Start a new one."
    ),
    "cannot_deliver": _("These goods cannot be delivered by the system yet."),
    "delivery_incomplete": _(
        "The delivery is not complete, so nothing was handed over. The money is safe."
    ),
    "contact_invalid": _(
        "Please give a contact, e.g. an e-mail address, a phone number or a QQ number."
    ),
    "query_password_needed": _(
        "Please choose a query password of %(shortest)s to %(longest)s characters."
    ),
    "adult_statement_missing": _("Please confirm that you are of age to buy game goods."),
    "order_not_found": _("There is no such order, or the query password is wrong."),
    "too_many_tries": _("Too many tries. Wait %(minutes)s minutes, then try again."),
    "order_closed": _("This order can no longer be paid or cancelled."),
    "refund_not_possible": _("In its present state there is nothing to give back for this order."),
    "illegal_move": _("The order is not in a state that allows this. Reload and look again."),
    "bad_site_text": _(
        "A text is empty, too long (at most %(longest)s characters) or holds odd characters."
    ),
    "bad_site_color": _("The colour must look like #2f5bea."),
    "unbalanced": _("The booking does not balance, so nothing was booked."),
    "nothing_to_post": _("The amount is zero: there is nothing to book."),
    "balance_too_low": _("The balance is too low. Nothing was charged or booked."),
    "amount_too_large": _("The amount is too large. Nothing was booked."),
    "account_outside_chain": _("This account belongs to another site. Nothing was booked."),
    "account_closed": _("This account is closed. Nothing was booked."),
    "unknown_account_kind": _("There is no such kind of account. Nothing was booked."),
    "key_reused": _(
        "This was already booked with another amount. Nothing was booked twice; reload the page."
    ),
    "hold_resolved": _("This reservation was already settled or released."),
    "hold_exceeded": _("More was asked than was set aside. Nothing was booked."),
    "already_reversed": _("This booking was already taken back."),
    "no_such_posting": _("There is no such booking."),
    "day_open": _("This day is not over or not closed yet."),
    "books_busy": _("The books are busy. Nothing was changed; try again in a moment."),
    "no_such_package": _("There is no such package."),
    "no_such_level": _("There is no such price level."),
    "level_name_taken": _("Another level already has the name %(name)s."),
    "package_not_on_sale": _("This package cannot be chosen any more. Please choose another."),
    "bad_package": _("A value of the package is out of range: %(field)s."),
    "channel_off": _("This site takes no money this way. Choose another way to pay."),
    "attempt_not_found": _("There is no such payment here."),
    "refund_too_large": _("At most %(left)s can still be given back."),
    "notice_forged": _("This notification is not genuine."),
    "bad_login": _("An account name has 3 to 32 letters, digits, dots, dashes or underscores."),
    "bad_contact": _("This is neither an e-mail address nor a phone number."),
    "weak_password": _(
        "Please choose a longer or less common password (at least %(needed)s characters)."
    ),
    "login_taken": _("This account name is taken. Choose another."),
    "contact_taken": _(
        "There is already an account with this contact. Sign in or reset its password."
    ),
    "sign_in_refused": _("Account or password is wrong."),
    "account_frozen": _("This account is frozen. Please contact customer service."),
    "code_needed": _("Please enter the code from your authenticator app."),
    "code_refused": _("This code is wrong, too old or was used before. Wait for the next one."),
    "second_factor_on": _("Two-step sign-in is already on."),
    "too_many_attempts": _("Too many failed tries. Wait %(minutes)s minutes, then try again."),
    "consent_missing": _("Please accept the terms first."),
    "too_young": _("Accounts are for people of %(least_age)s and older."),
    "reset_refused": _("This link was used or is too old. Ask for a new one."),
    "no_such_member": _("There is no such member here."),
    "no_such_staff": _("There is no such account."),
    "bad_markup": _("This is no price and no percentage. Write 9.90 or 10%%."),
    "bad_place": _("This rule says nothing it could apply to."),
    "bad_period": _("The rule would end before it begins."),
    "overlapping_periods": _(
        "Another rule with dates holds here at the same time. Change its dates first."
    ),
    "bad_steps": _("Line %(line)s is no quantity step. Write 5=3: from 5 pieces on, 3 each."),
    "steps_out_of_order": _("Quantity steps begin at 2 pieces and rise."),
    "steps_need_plain_method": _(
        "Quantity steps go with a fixed price, a percentage or an amount only."
    ),
    "kept_from_old_cost": _(
        "Your cost is %(cost)s by now. Nothing was saved; look at price and profit once more."
    ),
    "keep_needs_one_sku": _(
        "Only the price of a single SKU can keep its profit: open it from its line in the list."
    ),
    "keep_needs_fixed_price": _("Only a fixed price can be told to move with the cost."),
    "follow_has_no_value": _("A price that follows another one needs no number of its own."),
    "margin_too_large": _("A margin is a share of the price: at most %(most)s %%."),
    "broken_trace": _("The kept explanation of this price does not lead to the price."),
    "price_below_floor": _(
        "The price is below the floor of %(floor)s (your cost is %(cost)s). Nothing was saved."
    ),
    "price_above_ceiling": _(
        "The price is above the ceiling of %(ceiling)s for these goods. Nothing was saved."
    ),
    "no_such_buyer": _("There is no such sub-site or member of yours. Nothing was saved."),
    "stale_prices": _(
        "Somebody else changed this price while you were at it. Nothing was saved; look at the"
        " new one and decide again."
    ),
    "unknown_level": _(
        "The sheet has prices for levels this site does not give: %(names)s. Nothing was read."
    ),
    "unknown_price_word": _("%(text)s says nothing about a price. Nothing was saved."),
    "no_such_price_sheet": _("There is no such price sheet of this site."),
    "price_sheet_over": _("This price sheet was committed or discarded before."),
    "price_sheet_empty": _("No row of this price sheet would change a price."),
    "price_sheet_stale": _(
        "Costs, limits or levels moved since the check, so other prices would come than those"
        " shown. Nothing was saved; upload the sheet again and look at it."
    ),
    "nothing_to_change": _("Every price already is as you wanted it. Nothing was saved."),
    "no_such_change": _("There is no such change of prices here."),
    "change_undone": _("This change has been undone already. Nothing was saved."),
    "change_overtaken": _(
        "A later change stands where this one did. Undo the later one first; nothing was saved."
    ),
    "no_such_template": _("This mark-up template does not exist here any more."),
    "no_such_preview": _(
        "This check is over: it was decided, discarded, or is too old. Nothing was changed."
    ),
    "bad_template_name": _("A template needs a name of 1 to %(most)s signs on one line."),
    "template_name_taken": _("There is a template called %(name)s already."),
    "too_many_templates": _("A site has at most %(most)s mark-up templates."),
    "template_empty": _("Fill in at least one line, for shoppers or for agents."),
    "line_twice": _("Two lines of this template are for the same buyers."),
    "bad_line_method": _(
        "A template adds a percentage or an amount to the cost, or keeps a share of the price."
    ),
    "nothing_chosen": _("No goods fit this choice. Nothing was changed."),
    "matrix_too_large": _("More than %(most)s choices do not fit into one file. Go by category."),
    "too_many_goods": _("At most %(most)s choices of goods at once. Choose fewer."),
    "stale_template": _(
        "Somebody else changed this template meanwhile. Nothing was saved; look at the new one and"
        " decide again."
    ),
    "preview_moved": _(
        "A cost, a price or the template changed since this check. Nothing was changed; check again"
        " and decide on what holds now."
    ),
    "ceiling_below_floor": _(
        "The ceiling is below the floor or the cost, so nothing could be sold. Nothing was saved."
    ),
    "no_such_goods": _("There are no such goods here."),
    "bad_credit": _(
        "This amount cannot be credited: it must be above zero, in whole fen, and not too large."
    ),
    "no_such_wallet": _("There is no such member here, so nothing was credited."),
    "master_has_no_deposit": _("The master site keeps no deposit; deposits belong to sub-sites."),
    "bad_domain": _("This is not a domain that can be yours. Nothing was saved."),
    "domains_not_allowed": _(
        "The package of this site does not include own domains. Nothing was saved."
    ),
    "too_many_domains": _("A site has at most %(limit)s domains. Remove one you no longer need."),
    "domain_taken": _(
        "%(host)s leads to another site, which has proven that it is its own. Nothing was saved."
    ),
    "no_such_domain": _("There is no such domain here."),
    "domain_not_proven": _("%(host)s is not proven yet. The main address stays as it was."),
    "domain_not_here": _(
        "%(host)s does not lead to your shop yet: as main address it would leave shoppers before"
        " a closed door. The main address stays as it was."
    ),
    "no_such_rule": _("There is no such rule."),
}
OTHERWISE = _("This could not be done. Nothing was changed.")


READ = {"pair": pair_said}
"""Facts that are names of ours -> what they are called."""


def text(refusal: Refusal) -> str:
    """The sentence for a refusal, its facts filled in as a person reads them."""
    sentence = str(TEXTS.get(refusal.code, OTHERWISE))
    facts = {name: READ.get(name, _readable)(value) for name, value in refusal.facts.items()}
    try:
        return sentence % facts
    except (KeyError, ValueError):
        return str(OTHERWISE)


def _readable(value: Any) -> Any:
    if isinstance(value, Money):
        return cash(value)
    if hasattr(value, "astimezone"):
        return localtime(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(str(one) for one in value)
    return value
