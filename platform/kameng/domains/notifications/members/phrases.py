"""The words of mails to members in both languages: a title of one line, and what it means.

{names} are the facts a mail needs; who sends one without them is refused by name.
"""

from __future__ import annotations

from kameng.domains.notifications.members.kinds import Mail
from kameng.domains.notifications.phrases import Phrases

CHINESE: dict[Mail, Phrases] = {
    Mail.PAYEE_SENT: Phrases(
        "收款人资料已提交",
        "收款人 {name} 的资料已提交，等待核实。如果不是您本人操作，请立即修改密码并联系店铺。",
    ),
    Mail.PAYEE_VERIFIED: Phrases(
        "收款人已通过核实", "收款人 {name} 已通过核实。收款账户通过核实后即可申请提现。"
    ),
    Mail.PAYEE_REFUSED: Phrases("收款人未通过核实", "原因：{reason}\n请修改资料后重新提交。"),
    Mail.ACCOUNT_SENT: Phrases(
        "收款账户 {account} 已提交",
        "账户通过核实后，提现可以打到这个账户。如果不是您本人操作，请立即修改密码并联系店铺。",
    ),
    Mail.ACCOUNT_VERIFIED: Phrases(
        "收款账户 {account} 已通过核实",
        "今后的提现可以打到这个账户。如果不是您本人操作，请立即修改密码并联系店铺。",
    ),
    Mail.ACCOUNT_REFUSED: Phrases(
        "收款账户 {account} 未通过核实", "原因：{reason}\n请修改后重新提交。"
    ),
    Mail.WITHDRAWAL_ASKED: Phrases(
        "提现 {amount} 已提交", "收款账户 {account}，预计 {day} 前到账 {paid}。审核期间款项冻结。"
    ),
    Mail.WITHDRAWAL_APPROVED: Phrases(
        "提现 {amount} 已通过审核", "等待打款，预计 {day} 前到账 {paid}。"
    ),
    Mail.WITHDRAWAL_REJECTED: Phrases(
        "提现 {amount} 未通过审核", "原因：{reason}\n款项已退回可提现。"
    ),
    Mail.WITHDRAWAL_PAID: Phrases(
        "提现 {amount} 已打款",
        "到账金额 {paid}，手续费 {fee}，收款账户 {account}。请核对收款账户。",
    ),
    Mail.WITHDRAWAL_FAILED: Phrases(
        "提现 {amount} 打款失败",
        "原因：{reason}\n款项已退回可提现，请检查收款账户后重新申请。",
    ),
    Mail.WITHDRAWAL_CANCELLED: Phrases(
        "提现 {amount} 已撤回",
        "款项已退回可提现。如果不是您本人操作，请立即修改密码并联系店铺。",
    ),
}
ENGLISH: dict[Mail, Phrases] = {
    Mail.PAYEE_SENT: Phrases(
        "Your payee is being checked",
        "{name} was sent to be checked. If this was not you, change your password at once and"
        " tell the shop.",
    ),
    Mail.PAYEE_VERIFIED: Phrases(
        "Your payee is verified",
        "{name} is verified. As soon as your account is, too, you can withdraw.",
    ),
    Mail.PAYEE_REFUSED: Phrases(
        "Your payee was refused", "Reason: {reason}\nCorrect it and send it again."
    ),
    Mail.ACCOUNT_SENT: Phrases(
        "Your account {account} is being checked",
        "When it is verified, withdrawals can be paid to it. If this was not you, change your"
        " password at once and tell the shop.",
    ),
    Mail.ACCOUNT_VERIFIED: Phrases(
        "Your account {account} is verified",
        "Withdrawals can be paid to it from now on. If this was not you, change your password at"
        " once and tell the shop.",
    ),
    Mail.ACCOUNT_REFUSED: Phrases(
        "Your account {account} was refused", "Reason: {reason}\nCorrect it and send it again."
    ),
    Mail.WITHDRAWAL_ASKED: Phrases(
        "You asked for a withdrawal of {amount}",
        "{paid} will arrive at {account} by {day}. The money is set aside while it is reviewed.",
    ),
    Mail.WITHDRAWAL_APPROVED: Phrases(
        "Your withdrawal of {amount} is approved",
        "It waits to be paid; {paid} will arrive by {day}.",
    ),
    Mail.WITHDRAWAL_REJECTED: Phrases(
        "Your withdrawal of {amount} was rejected",
        "Reason: {reason}\nThe money is available to you again.",
    ),
    Mail.WITHDRAWAL_PAID: Phrases(
        "Your withdrawal of {amount} is paid out",
        "{paid} was sent to {account}, the fee was {fee}. Please look at your account.",
    ),
    Mail.WITHDRAWAL_FAILED: Phrases(
        "Your withdrawal of {amount} could not be paid out",
        "Reason: {reason}\nThe money is available to you again. Check your account and ask anew.",
    ),
    Mail.WITHDRAWAL_CANCELLED: Phrases(
        "Your withdrawal of {amount} was taken back",
        "The money is available to you again. If this was not you, change your password at once"
        " and tell the shop.",
    ),
}
