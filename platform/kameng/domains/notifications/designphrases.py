"""The words of notices about how a shop looks, in both languages: title and text."""

from __future__ import annotations

from kameng.domains.notifications.kinds import Kind

Words = dict[Kind, tuple[str, str]]

CHINESE: Words = {
    Kind.SKIN_GONE: (
        "“{name}”已停止：版本已不存在",
        "定时换肤“{name}”所需的版本已被删除，店铺保持现状。需要时请重新安排。",
    ),
    Kind.SKIN_UNFIT: (
        "“{name}”已停止：模板无法再显示该版本",
        "定时换肤“{name}”所需的版本与模板现在的版本不兼容，店铺保持现状。"
        "请在编辑器中打开该版本，检查后重新发布或重新安排。",
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
    Kind.SECTION_FAILED: (
        "店铺页面的“{section}”模块未能显示",
        "店铺“{page}”页的“{section}”模块无法显示，已自动跳过，其余内容不受影响。"
        "请检查该模块的设置；若不清楚原因，请联系平台。",
    ),
    Kind.ROLLOUT_STOPPED: (
        "模板“{theme}”{line} 的发布已自动停止",
        "已升级站点的页面异常率达到 {rate}（共 {pages} 个页面），超过设定的上限，发布已自动停止，"
        "已升级的站点正在恢复到原来的版本 {from}。请查看发布详情。",
    ),
    Kind.ROLLOUT_DONE: (
        "模板“{theme}”{line} 已发布到全部站点",
        "从 {from} 升级到 {line} 的各批次均已完成，新开通的站点也将使用 {line}。",
    ),
    Kind.LINE_LEFT_OUT: (
        "您的店铺暂未升级到模板“{theme}”{line}",
        "店铺的页面内容与模板新版本 {line} 不兼容，仍使用 {from}，顾客看到的页面没有变化。"
        "请联系平台处理。",
    ),
    Kind.LINE_PUT_BACK: (
        "您的店铺已恢复到模板“{theme}”{from}",
        "模板新版本 {line} 出现问题，平台已将您的店铺恢复到升级前的样子，内容没有丢失。",
    ),
    Kind.LINE_KEPT: (
        "您的店铺仍在使用模板“{theme}”{line}",
        "模板新版本 {line} 已被撤回，但您在升级后发布过新的装修，"
        "为避免覆盖您的修改，店铺没有自动恢复。"
        "如果页面显示异常，请在“装修 → 历史版本”中选择升级前（{from}）的版本重新发布。",
    ),
}
ENGLISH: Words = {
    Kind.SKIN_GONE: (
        "“{name}” was stopped: a version is gone",
        "A version “{name}” needs was deleted. Your shop stays as it is; plan it again.",
    ),
    Kind.SKIN_UNFIT: (
        "“{name}” was stopped: the template cannot show its version any more",
        "A version “{name}” needs does not fit the template as it is now. Your shop stays as it is;"
        " open that version in the editor, look it over, then publish or plan it again.",
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
    Kind.SECTION_FAILED: (
        "The section {section_en} of your shop did not show",
        "The section {section_en} of the page “{page_en}” could not be shown and was left"
        " out; the rest of the page is untouched. Look at its settings, or ask the platform.",
    ),
    Kind.ROLLOUT_STOPPED: (
        "The roll-out of {theme_en} {line} stopped by itself",
        "Of {pages} pages of the sites that had moved, {rate} had a section that failed: more than"
        " allowed. The sites go back to {from} now. Look at the roll-out.",
    ),
    Kind.ROLLOUT_DONE: (
        "{theme_en} {line} is at every site",
        "Every wave from {from} to {line} is through, and new sites begin with {line}.",
    ),
    Kind.LINE_LEFT_OUT: (
        "Your shop has not moved to {theme_en} {line}",
        "What your pages hold does not fit the template's new version {line}; your shop stays on"
        " {from}, and shoppers see no difference. Please ask the platform.",
    ),
    Kind.LINE_PUT_BACK: (
        "Your shop is back on {theme_en} {from}",
        "The template's new version {line} had a fault. Your shop looks exactly as it did before it"
        " moved; nothing is lost.",
    ),
    Kind.LINE_KEPT: (
        "Your shop still shows {theme_en} {line}",
        "The template's new version {line} was withdrawn, but you have published since your shop"
        " moved, so that it was not put back over your work. If a page looks wrong, publish the"
        " version from before the move ({from}) under Design → Versions.",
    ),
}
