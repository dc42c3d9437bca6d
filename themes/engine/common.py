"""Settings many sections share, described once; a schema names those it takes (`common`).

Who sees a section (`audience`) and when (`schedule`) is decided here, on the server, before it is
drawn or taken from memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

Spec = dict[str, Any]
USUAL = ("audience", "schedule")


def _option(value: str, zh: str, en: str) -> Spec:
    return {"value": value, "label": {"zh_CN": zh, "en": en}}


def _spec(key: str, kind: str, zh: str, en: str, **more: Any) -> Spec:
    return {"id": key, "type": kind, "label": {"zh_CN": zh, "en": en}, **more}


SETTINGS: dict[str, Spec] = {
    "width": _spec(
        "width",
        "segmented",
        "宽度（电脑）",
        "Width on a computer",
        default="full",
        options=[_option("full", "整行", "Full row"), _option("half", "半行", "Half row")],
    ),
    "scheme": _spec(
        "scheme",
        "color_scheme",
        "配色",
        "Colours",
        default="plain",
        options=[
            _option("plain", "默认", "Plain"),
            _option("soft", "浅底", "Soft"),
            _option("brand", "品牌色", "Brand"),
            _option("deep", "深色", "Deep"),
        ],
    ),
    "audience": _spec(
        "audience",
        "audience",
        "谁能看到",
        "Who sees it",
        default="all",
        options=[
            _option("all", "所有人", "Everybody"),
            _option("guest", "未登录访客", "Guests"),
            _option("member", "登录会员", "Members"),
        ],
        help={
            "zh_CN": "也可以限定会员等级：等级不低于所选等级的会员可见。",
            "en": "It can be kept to members of at least a tier, too.",
        },
    ),
    "schedule": _spec(
        "schedule",
        "schedule",
        "展示时间",
        "When it shows",
        default={},
        help={
            "zh_CN": "到点自动上线、下线；留空表示一直展示。",
            "en": "It comes and goes by itself; empty means always.",
        },
    ),
}


def wanted(facts: Mapping[str, Any]) -> list[Spec]:
    """The shared settings of a schema: those it names, else who and when; a section nobody can
    remove has none. KeyError for a name nobody knows."""
    stays = facts.get("locked") or facts.get("essential")
    own = {spec.get("id") for spec in facts.get("settings", [])}
    names = facts.get("common", () if stays else USUAL)
    return [SETTINGS[name] for name in names if name not in own]


def shows(settings: Mapping[str, Any], member: Mapping[str, Any] | None, now: datetime) -> bool:
    """Whether a section with these settings is for this visitor at this time."""
    return _is_for(settings.get("audience", "all"), member) and _is_time(
        settings.get("schedule") or {}, now
    )


def _is_for(audience: str, member: Mapping[str, Any] | None) -> bool:
    if audience == "all":
        return True
    if audience == "guest":
        return member is None
    least = int(audience.partition(":")[2] or 0)
    return member is not None and int(member.get("rank", 0)) >= least


def _is_time(schedule: Mapping[str, str | None], now: datetime) -> bool:
    start, end = schedule.get("start"), schedule.get("end")
    begun = not start or datetime.fromisoformat(start) <= now
    return begun and (not end or now < datetime.fromisoformat(end))
