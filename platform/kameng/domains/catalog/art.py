"""Which icon a product wears when nobody chose one: guessed from its category and name."""

from __future__ import annotations

KEYS = (
    *("video", "music", "game", "phone", "food", "gift", "software"),
    *("travel", "book", "card", "data", "shop", "star"),
)
"""Icon keys a theme must know; `card` stands for anything else."""

_WORDS: tuple[tuple[str, str], ...] = (
    ("music", "音乐 听书 音频 喜马拉雅 k歌 music"),
    ("video", "视频 影视 电影 爱奇艺 腾讯视频 优酷 芒果 哔哩 bilibili tv 追剧 video"),
    ("game", "游戏 点卡 点券 q币 steam 网游 手游 月卡点 game"),
    ("phone", "话费 流量 充值卡 移动 联通 电信 phone"),
    ("food", "外卖 红包 美团 饿了么 咖啡 奶茶 餐 茶饮 面包 food"),
    ("data", "网盘 云盘 存储 drive"),
    ("software", "软件 办公 wps office 工具 设计 正版 software"),
    ("book", "课程 知识 阅读 读书 教育 学习 图书 文库 book course"),
    ("travel", "出行 打车 酒店 加油 高铁 机票 共享单车 旅 travel"),
    ("gift", "礼品 购物卡 e卡 礼卡 蛋糕 超市 gift"),
    ("shop", "电商 京东 淘宝 购物 唯品 shop"),
    ("star", "会员 vip"),
)


def chosen_or_guessed(chosen: str, *texts: str) -> str:
    """`chosen` if it is a known key, else the first guess from `texts`, most telling first."""
    if chosen in KEYS:
        return chosen
    return next((key for text in texts if (key := _guess(text))), "card")


def _guess(text: str) -> str | None:
    plain = text.casefold()
    for key, words in _WORDS:
        if any(word in plain for word in words.split()):
            return key
    return None
