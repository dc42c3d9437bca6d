"""The words of notices in both languages: a title of one line, and what it means for the reader.

{names} are the facts a kind needs; who gives notice without one of them is refused by name.
"""

from __future__ import annotations

from dataclasses import dataclass

from kameng.domains.notifications import designphrases
from kameng.domains.notifications.kinds import Kind


@dataclass(frozen=True, slots=True)
class Phrases:
    """A kind's words in one language."""

    title: str
    text: str


CHINESE: dict[Kind, Phrases] = {
    Kind.SETTLED: Phrases(
        "已结算 {amount}", "截至 {day} 的收益 {amount} 已转为可提现，您可以申请提现或转为余额。"
    ),
    Kind.WITHDRAWAL_ASKED: Phrases(
        "{site} 申请提现 {amount}", "{site} 提交了提现申请，金额 {amount}，请审核。"
    ),
    Kind.WITHDRAWAL_APPROVED: Phrases(
        "提现 {amount} 已通过审核", "您的提现申请已通过审核，等待打款；款项仍在冻结中。"
    ),
    Kind.WITHDRAWAL_REJECTED: Phrases(
        "提现 {amount} 未通过审核", "原因：{reason}\n冻结的金额已退回可提现。"
    ),
    Kind.WITHDRAWAL_PAID: Phrases(
        "提现 {amount} 已打款", "到账金额 {paid}，手续费 {fee}。请核对收款账户。"
    ),
    Kind.WITHDRAWAL_FAILED: Phrases(
        "提现 {amount} 打款失败", "原因：{reason}\n金额已退回可提现，请检查收款账户后重新申请。"
    ),
    Kind.TRANSFER_STRANGE: Phrases(
        "{site} 的提现 {amount}：Stripe 转账需要处理",
        "Stripe 的答复：{reason}\n请打开这笔提现查看；没有到账的部分不会重复转出。",
    ),
    Kind.PAYEE_SENT: Phrases("{site} 提交了收款人资料", "请核实收款人身份。核实之前不能提现。"),
    Kind.PAYEE_VERIFIED: Phrases(
        "收款人已通过核实", "收款人 {name} 已通过核实，可以绑定收款账户。"
    ),
    Kind.PAYEE_REFUSED: Phrases("收款人未通过核实", "原因：{reason}\n请修改资料后重新提交。"),
    Kind.PAYOUT_ACCOUNT_SENT: Phrases(
        "{site} 提交了收款账户 {account}", "请核实账户。核实之前不能向该账户打款。"
    ),
    Kind.PAYOUT_ACCOUNT_VERIFIED: Phrases(
        "收款账户 {account} 已通过核实",
        "今后的提现可以打到这个账户。如果不是您本人操作，请立即联系上级。",
    ),
    Kind.PAYOUT_ACCOUNT_REFUSED: Phrases(
        "收款账户 {account} 未通过核实", "原因：{reason}\n请修改后重新提交。"
    ),
    Kind.BALANCE_LOW: Phrases(
        "余额不足：剩余 {balance}",
        "余额已低于您设置的预警线 {limit}，请及时充值，以免影响下单和续费。",
    ),
    Kind.TOPUP_DONE: Phrases("充值 {amount} 已到账", "当前余额 {balance}。"),
    Kind.TOPUP_STRANGE: Phrases(
        "{site} 有一笔充值对不上",
        "支付渠道报告的款项与应付 {amount} 不一致，尚未入账。请在支付渠道后台核对处理。",
    ),
    Kind.SHOP_OUT_OF_FUNDS: Phrases(
        "余额不足，顾客暂时无法下单",
        "一笔订单的成本为 {needed}，可用余额只有 {balance}。充值后即可恢复销售。",
    ),
    Kind.COLLECTING_ALLOWED: Phrases(
        "主站已允许自主收款",
        "您可以保存自己的 Stripe 密钥并开启自主收款；开启之前仍由主站收款。",
    ),
    Kind.COLLECTING_STOPPED: Phrases(
        "主站已收回自主收款许可",
        "从下一位顾客起由主站收款。已在您账户开始付款的订单仍在原账户完成，请勿停用密钥。",
    ),
    Kind.COLLECTING_OWES: Phrases(
        "欠款 {debt}，顾客暂由主站收款",
        "贵店欠主站 {debt}。还清之前，新顾客付款到主站，所得收益先抵欠款；已打开的付款页不变。"
        "还清后自动恢复自主收款。",
    ),
    Kind.COLLECTING_AGAIN: Phrases(
        "欠款已还清，自主收款已恢复", "从下一位顾客起，款项重新直接进入您自己的账户。"
    ),
    Kind.OWN_KEYS: Phrases(
        "收款密钥已保存（{hint}）",
        "{who} 保存了 Stripe 账户 {account} 的密钥（{hint}），今后的收款和退款都使用它。"
        "如果不是您的人员操作，请立即在 Stripe 停用该密钥并联系主站。",
    ),
    Kind.OWN_KEYS_BELOW: Phrases(
        "{site} 保存了收款密钥（{hint}）",
        "{site} 的 {who} 保存了自有 Stripe 账户 {account} 的密钥（{hint}）。",
    ),
    Kind.AFTER_SALE_DEBT: Phrases(
        "订单 {number} 售后，欠款 {debt}",
        "订单结算后发生退款，当前欠款 {debt}，将从之后的收益中优先扣除。",
    ),
    Kind.DISPUTE_OPENED: Phrases(
        "付款发生争议：{number}",
        "付款人的银行对 {number} 的付款（{amount}）提出争议，相关款项已冻结，须在 {until} 前"
        "向支付渠道提交证据。",
    ),
    Kind.DISPUTE_WON: Phrases(
        "争议胜诉：{number}", "{amount} 归我方所有，冻结已解除；渠道收取的争议费不退。"
    ),
    Kind.DISPUTE_LOST: Phrases(
        "争议败诉：{number}",
        "{amount} 已被付款人的银行收回，订单各方分得的金额已逐项冲回。",
    ),
    Kind.OUTSIDE_REFUND: Phrases(
        "渠道后台退款：{number}",
        "{number} 有 {amount} 在支付渠道后台直接退给了付款人，请核对并决定商品如何处理。",
    ),
    Kind.OWN_DISPUTE_OPENED: Phrases(
        "付款发生争议：{number}",
        "付款人的银行对 {number} 在贵店自己账户上的付款（{amount}）提出争议，须在 {until} 前向"
        "支付渠道提交证据。败诉的损失由贵店承担，其他各方的收益不受影响。",
    ),
    Kind.OWN_DISPUTE_LOST: Phrases(
        "争议败诉：{number}",
        "{amount} 已被付款人的银行从贵店自己的收款账户收回，订单的成本不退回余额。",
    ),
    Kind.PROOF_FAILED: Phrases(
        "账目核对发现 {count} 处差异", "{day} 的账目核对没有通过，请立即查看差异明细。"
    ),
    Kind.COSTS_MOVED: Phrases(
        "成本变动：涨价 {dearer} 个，降价 {cheaper} 个",
        "上级调整了价格，请核对您的售价和利润。一小时内的多次调整合并为这一条通知。",
    ),
    Kind.PROMOTER_ASKED: Phrases(
        "{member} 成为推广员", "其推广链接已生效。您可以为其备注、单独设置佣金比例或停用。"
    ),
    Kind.PACKAGE_ENDS: Phrases(
        "套餐「{package}」还有 {days} 天到期",
        "套餐将于 {until} 到期，续费需要 {fee}。到期 {grace} 天后仍未续费，店铺将暂停营业。",
    ),
    Kind.PACKAGE_RENEWED: Phrases("套餐「{package}」已续费", "已支付 {fee}，有效期至 {until}。"),
    Kind.PACKAGE_UNPAID: Phrases(
        "套餐「{package}」续费失败",
        "自动续费需要 {fee}，余额只有 {balance}。请在 {until} 前充值或续费，否则店铺将暂停营业。",
    ),
    Kind.PACKAGE_SUSPENDED: Phrases(
        "店铺已暂停营业", "套餐「{package}」到期未续费，店铺已暂停营业。续费 {fee} 后立即恢复。"
    ),
    Kind.PACKAGE_CHANGED: Phrases(
        "套餐已变更为「{package}」", "变更自 {from_day} 起生效，有效期至 {until}。"
    ),
    Kind.PACKAGE_STUCK: Phrases(
        "无法变更为套餐「{package}」",
        "该套餐不允许您正在使用的下级分站或自有域名。请在 {until} 前续费当前套餐，或先停用这些"
        "功能，否则店铺将暂停营业。",
    ),
    Kind.PACKAGE_MONEY_KEPT: Phrases(
        "套餐「{package}」的付款已转入余额",
        "收到 {amount}，但套餐此前已支付、已变更或价格有变，款项留在您的余额中，可用来续费或采购。",
    ),
    Kind.PACKAGE_FEE_BACK: Phrases(
        "{site} 的套餐费已退回",
        "套餐「{package}」的费用 {fee} 已退回，套餐有效期改为 {until}。",
    ),
    Kind.TRIAL_ENDS: Phrases(
        "试用还有 {days} 天到期", "试用将于 {until} 到期，到期后店铺将暂停营业，请及时开通套餐。"
    ),
    Kind.DOMAIN_FAILING: Phrases(
        "域名 {host} 的验证信息缺失",
        "今天没有找到域名 {host} 的验证信息。域名目前仍指向您的店铺；两天内未恢复，将停止指向。",
    ),
    Kind.DOMAIN_LOST: Phrases(
        "域名 {host} 已停止指向您的店铺",
        "域名 {host} 的验证信息已连续多日缺失，现已停止指向您的店铺，其他站点也可以验证并使用它。"
        "顾客仍可通过平台域名进入店铺。",
    ),
    Kind.DOMAIN_ELSEWHERE: Phrases(
        "主域名 {host} 打不开您的店铺",
        "域名 {host} 已不再指向您的店铺。为避免顾客打不开店铺，主域名已改回平台域名。",
    ),
    Kind.SITE_ENTERED: Phrases(
        "上级站点人员进入了您的后台",
        "{via} 的 {visitor} 已进入您的后台，有效至 {until}。\n原因：{reason}\n"
        "对方看不到会员联系方式和卡密，也不能动用资金。您可以随时在后台首页结束这次访问。",
    ),
}
ENGLISH: dict[Kind, Phrases] = {
    Kind.SETTLED: Phrases(
        "{amount} settled",
        "Your earnings until {day}, {amount}, can now be withdrawn or turned into balance.",
    ),
    Kind.WITHDRAWAL_ASKED: Phrases(
        "{site} asks to withdraw {amount}", "{site} asks for a withdrawal of {amount}. Review it."
    ),
    Kind.WITHDRAWAL_APPROVED: Phrases(
        "Withdrawal of {amount} approved", "It waits to be paid out; the money is still held."
    ),
    Kind.WITHDRAWAL_REJECTED: Phrases(
        "Withdrawal of {amount} rejected",
        "Reason: {reason}\nThe amount held is available to you again.",
    ),
    Kind.WITHDRAWAL_PAID: Phrases(
        "Withdrawal of {amount} paid out",
        "{paid} was sent to you, the fee was {fee}. Look at your account.",
    ),
    Kind.WITHDRAWAL_FAILED: Phrases(
        "Withdrawal of {amount} could not be paid out",
        "Reason: {reason}\nThe amount is available to you again. Check the account and ask anew.",
    ),
    Kind.TRANSFER_STRANGE: Phrases(
        "Withdrawal of {amount} by {site}: look at the Stripe transfer",
        "Stripe says: {reason}\nOpen the withdrawal to see where it stands; nothing leaves twice.",
    ),
    Kind.PAYEE_SENT: Phrases(
        "{site} named its payee", "Verify who it is. Until then nothing is paid out."
    ),
    Kind.PAYEE_VERIFIED: Phrases(
        "The payee is verified", "{name} is verified; you can add an account to be paid to."
    ),
    Kind.PAYEE_REFUSED: Phrases(
        "The payee was refused", "Reason: {reason}\nCorrect it and send it again."
    ),
    Kind.PAYOUT_ACCOUNT_SENT: Phrases(
        "{site} added the account {account}", "Verify it. Until then nothing is paid to it."
    ),
    Kind.PAYOUT_ACCOUNT_VERIFIED: Phrases(
        "The account {account} is verified",
        "Withdrawals can be paid to it. If this was not you, tell the site above at once.",
    ),
    Kind.PAYOUT_ACCOUNT_REFUSED: Phrases(
        "The account {account} was refused", "Reason: {reason}\nCorrect it and send it again."
    ),
    Kind.BALANCE_LOW: Phrases(
        "Balance low: {balance} left",
        "It is below the {limit} you set. Top up so that orders and renewals go through.",
    ),
    Kind.TOPUP_DONE: Phrases("{amount} topped up", "Your balance is {balance}."),
    Kind.TOPUP_STRANGE: Phrases(
        "A top-up at {site} does not fit",
        "The provider reports another payment than the {amount} asked for. Nothing was booked:"
        " please look at it there.",
    ),
    Kind.SHOP_OUT_OF_FUNDS: Phrases(
        "Shoppers cannot order: balance too low",
        "An order costs you {needed}, and only {balance} is left. Top up to sell again.",
    ),
    Kind.COLLECTING_ALLOWED: Phrases(
        "You may collect payments by yourself",
        "Store the keys of your own Stripe account and switch it on. Until then the master site"
        " collects.",
    ),
    Kind.COLLECTING_STOPPED: Phrases(
        "The leave to collect by yourself was taken back",
        "The next shopper pays to the master site. Orders begun on your account end there: do not"
        " revoke its keys.",
    ),
    Kind.COLLECTING_OWES: Phrases(
        "You owe {debt}: the master site collects for now",
        "Until {debt} is paid new shoppers pay to the master site, and what you earn pays the debt"
        " first. Pages that are open stay as they are. Afterwards you collect by yourself again.",
    ),
    Kind.COLLECTING_AGAIN: Phrases(
        "The debt is paid: you collect by yourself again",
        "The next shopper pays to your own account.",
    ),
    Kind.OWN_KEYS: Phrases(
        "Payment keys stored: {hint}",
        "{who} stored keys of the account {account} ({hint}). Payments and refunds use them from"
        " now on. If nobody of yours did, revoke the key at Stripe and tell the master site at"
        " once.",
    ),
    Kind.OWN_KEYS_BELOW: Phrases(
        "{site} stored payment keys: {hint}",
        "{who} of {site} stored keys of its own account {account} ({hint}).",
    ),
    Kind.AFTER_SALE_DEBT: Phrases(
        "Refund of order {number}: debt {debt}",
        "An order was refunded after it was settled. You owe {debt}, which your next earnings pay"
        " first.",
    ),
    Kind.DISPUTE_OPENED: Phrases(
        "Payment disputed: {number}",
        "The payer's bank disputes the payment for {number} ({amount}). Its money is frozen; the"
        " provider must have the evidence by {until}.",
    ),
    Kind.DISPUTE_WON: Phrases(
        "Dispute won: {number}",
        "{amount} is ours, nothing is frozen any more; the provider keeps its dispute fee.",
    ),
    Kind.DISPUTE_LOST: Phrases(
        "Dispute lost: {number}",
        "The payer's bank keeps {amount}; everybody's part of the order was taken back.",
    ),
    Kind.OUTSIDE_REFUND: Phrases(
        "Refunded at the provider: {number}",
        "{amount} for {number} went back on the provider's own pages. Look at it, and decide what"
        " becomes of the goods.",
    ),
    Kind.OWN_DISPUTE_OPENED: Phrases(
        "Payment disputed: {number}",
        "The payer's bank disputes the payment for {number} ({amount}) on your own account. The"
        " provider must have the evidence by {until}. If it is lost the loss is yours; what others"
        " earned of the order is theirs all the same.",
    ),
    Kind.OWN_DISPUTE_LOST: Phrases(
        "Dispute lost: {number}",
        "The payer's bank took {amount} from the site's own account; what the order cost does not"
        " come back to the balance.",
    ),
    Kind.PROOF_FAILED: Phrases(
        "The proof of the books found {count} differences",
        "The books of {day} do not agree. Look at the rows now.",
    ),
    Kind.COSTS_MOVED: Phrases(
        "Your costs moved: {dearer} dearer, {cheaper} cheaper",
        "The site above changed prices. Look at your prices and profits. All changes of an hour"
        " are in this one notice.",
    ),
    Kind.PROMOTER_ASKED: Phrases(
        "{member} promotes for you now",
        "The link works from now on. You can add a note, set shares of its own, or switch it off.",
    ),
    Kind.PACKAGE_ENDS: Phrases(
        "Package “{package}” ends in {days} days",
        "It ends on {until}; renewing costs {fee}. {grace} days later the shop is suspended.",
    ),
    Kind.PACKAGE_RENEWED: Phrases(
        "Package “{package}” renewed", "{fee} was paid; it lasts until {until}."
    ),
    Kind.PACKAGE_UNPAID: Phrases(
        "Package “{package}” could not be renewed",
        "Renewing costs {fee}, the balance is {balance}. Top up or pay by {until}, or the shop is"
        " suspended.",
    ),
    Kind.PACKAGE_SUSPENDED: Phrases(
        "Your shop is suspended",
        "Package “{package}” was not renewed. Pay {fee} and the shop is open again at once.",
    ),
    Kind.PACKAGE_CHANGED: Phrases(
        "The package is now “{package}”", "It holds from {from_day} and lasts until {until}."
    ),
    Kind.PACKAGE_STUCK: Phrases(
        "The change to “{package}” is not possible",
        "It does not allow the sub-sites or domains you use by now. Renew the package you have, or"
        " give them up, by {until}; the shop is suspended then.",
    ),
    Kind.PACKAGE_MONEY_KEPT: Phrases(
        "The payment for “{package}” is on your balance",
        "{amount} arrived, but the package was paid, changed or had another price by then. It is on"
        " your balance: renew or buy with it.",
    ),
    Kind.PACKAGE_FEE_BACK: Phrases(
        "The package fee of {site} went back",
        "The fee {fee} for “{package}” went back; the package now lasts until {until}.",
    ),
    Kind.TRIAL_ENDS: Phrases(
        "The trial ends in {days} days",
        "It ends on {until}; the shop is suspended then. Choose a package in time.",
    ),
    Kind.DOMAIN_FAILING: Phrases(
        "The proof of {host} is missing",
        "The proof that {host} is yours was not found today. The domain still leads to your shop;"
        " if the proof is not back within two days, it no longer will.",
    ),
    Kind.DOMAIN_LOST: Phrases(
        "{host} no longer leads to your shop",
        "The proof that {host} is yours was gone for days. The domain no longer leads to your"
        " shop, and another site may prove it. Shoppers still reach you by your platform name.",
    ),
    Kind.DOMAIN_ELSEWHERE: Phrases(
        "{host} does not open your shop",
        "{host} no longer leads to your shop. So that shoppers still find it, its main address is"
        " the name on the platform again.",
    ),
    Kind.SITE_ENTERED: Phrases(
        "Somebody from above entered your console",
        "{visitor} of {via} has gone in, until {until}.\nReason: {reason}\nThey see no contacts of"
        " members and no card secrets, and move no money. You may end the visit at any time on"
        " your console's first page.",
    ),
}
CHINESE |= {kind: Phrases(*said) for kind, said in designphrases.CHINESE.items()}
ENGLISH |= {kind: Phrases(*said) for kind, said in designphrases.ENGLISH.items()}
