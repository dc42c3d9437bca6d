"""The words of notices about how a shop looks, in both languages: title and text."""

from __future__ import annotations

from kameng.domains.notifications.kinds import Kind

Words = dict[Kind, tuple[str, str]]

CHINESE: Words = {
    Kind.SKIN_GONE: (
        "“{name}”已停止：版本已不存在",
        "定时换肤“{name}”所需的版本已被删除，店铺保持现状。需要时请重新安排。",
    ),
    Kind.SKIN_BEGUN: ("“{name}”已上线", "顾客现在看到的是“{name}”，{until} 自动恢复原来的样子。"),
    Kind.SKIN_ENDED: ("“{name}”已结束", "定时换肤“{name}”已结束，店铺已恢复到换肤之前的版本。"),
    Kind.SKIN_KEPT: (
        "“{name}”已停止：期间发布过其他版本",
        "定时换肤“{name}”到点时，线上已是您或同事发布的其他版本，系统没有覆盖它。"
        "如需恢复换肤之前的样子，可在“定时换肤”或“历史版本”里一键恢复。",
    ),
    Kind.SKIN_MISSED: (
        "“{name}”没有上线",
        "定时换肤“{name}”计划的时间（至 {until}）内系统未能执行，店铺保持原样。需要时请重新安排。",
    ),
    Kind.SKIN_LOCKED: (
        "“{name}”没有上线：套餐不含该模板",
        "定时换肤“{name}”使用的模板不在当前套餐内，店铺保持原样。可以升级套餐，或换一个模板重新安排。",
    ),
    Kind.LOOK_OFFERED: (
        "{site} 给您准备了一套装修“{preset}”",
        "{site} 给您的店铺准备了一套装修“{preset}”，已存为草稿，顾客还看不到。"
        "您可以先预览，再决定发布还是不采用；您的店名、公告、联系方式、菜单和自建页面都不会变。",
    ),
}
ENGLISH: Words = {
    Kind.SKIN_GONE: (
        "“{name}” was stopped: a version is gone",
        "A version “{name}” needs was deleted. Your shop stays as it is; plan it again.",
    ),
    Kind.SKIN_BEGUN: (
        "“{name}” is on",
        "Shoppers see “{name}” now. At {until} your shop looks again as before, by itself.",
    ),
    Kind.SKIN_ENDED: (
        "“{name}” is over",
        "The planned skin “{name}” has ended; your shop looks as it did before.",
    ),
    Kind.SKIN_KEPT: (
        "“{name}” was stopped: another version was published meanwhile",
        "When the time of “{name}” came, something you or a colleague had published was live. It"
        " stays. What was there before can be brought back under Planned skins or Versions.",
    ),
    Kind.SKIN_MISSED: (
        "“{name}” was not shown",
        "Nothing could be done in the time planned for “{name}” (until {until}). Your shop is as"
        " it was; plan it again if you still want it.",
    ),
    Kind.SKIN_LOCKED: (
        "“{name}” was not shown: not in your package",
        "Your package leaves out the template “{name}” is made with. Your shop is as it was.",
    ),
    Kind.LOOK_OFFERED: (
        "{site} has prepared a look for you: {preset}",
        "{site} has prepared the look {preset} for your shop. It is a draft: no shopper sees it."
        " Look at it first, then publish or decline it; your shop's name, notice, contacts, menus"
        " and own pages stay as they are.",
    ),
}
