"""Goods no site of the platform may list (limits.md), found through the usual disguises.

Engineering, not legal advice. The list belongs to the platform: no setting of a site lifts it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

FAMILIES: dict[str, tuple[str, ...]] = {
    "accounts": (
        r"成品号|白号|黑号|账号(出售|购买|批发|交易|转让|合租|租赁|共享|密码)|(出售|出租|共享|合租|租用|批发)(账号|帐号|会员号)",
        r"帐号(出售|购买|批发|交易|转让|合租|租赁|共享|密码)|(共享|合租|独享|拼车)(号|位|车位)|(会员|vip)(合租|拼车|共享)",
        r"(微信|qq|抖音|快手|支付宝|淘宝|陌陌|探探|小红书|微博|游戏|steam|美区|外区|港区|苹果)(小号|老号|白号|黑号|靓号|成品号|账号(?!充值|直充)|帐号(?!充值|直充))",
        r"(微信|抖音|快手|支付宝|淘宝)号(?!码)|账密|(美区|外区|港区|日区|小火箭|共享)(苹果)?id",
    ),
    "sim_cards": (
        r"手机卡(?!通)|电话卡|流量卡|物联网?卡|sim卡|esim|注册卡|实名卡|虚拟(手机)?号码?|接码|收码平台",
    ),
    "identities": (
        r"代?过?实名认证|代实名|过实名|已实名|实名(号|账号|帐号|包)|人脸(代过|识别代)|(代过|过)人脸|身份证|四件套|对公账户|银行卡(出售|四件)",
    ),
    "gambling": (
        r"博彩|赌博|赌场|赌球|菠菜|六合彩|时时彩|百家乐|彩金|上下分|银商|棋牌(上分|下分|币|金币|充值)|外围投注|彩票代购",
    ),
    "evasion": (
        r"vpn|翻墙|科学上网|(机场|节点|梯子)(订阅|出售|账号|套餐)|梯子(软件|加速)|外网加速|shadowsocks|shadowrocket|v2ray|ssr节点|clash订阅|小火箭",
        r"防红|防墙|域名防封",
    ),
    "fraud": (r"外挂|私服|刷单|代开发票|花呗套现|白条套现|信用卡套现|群控|养号|盗版|破解版|黑卡",),
}

_PATTERNS = [
    (family, re.compile(pattern)) for family, lines in FAMILIES.items() for pattern in lines
]
_KEEP = re.compile(r"[^0-9a-z\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Grey:
    """A word of the blocklist and the family it belongs to."""

    word: str
    family: str


@lru_cache(maxsize=8192)
def find(text: str) -> Grey | None:
    """The first blocked word in `text`, seen through width, case, spaces and punctuation."""
    plain = _KEEP.sub("", unicodedata.normalize("NFKC", text).casefold())
    for family, pattern in _PATTERNS:
        hit = pattern.search(plain)
        if hit:
            return Grey(hit.group(0), family)
    return None
