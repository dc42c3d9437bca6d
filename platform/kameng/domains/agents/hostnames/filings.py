"""Filing numbers (备案号) of a host: what they look like. Pure.

Whether a number is real, and this host's, only the authorities' own sites tell.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from kameng.domains.agents.hostnames.errors import BadFiling

_LAND = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
_ICP = re.compile(rf"{_LAND}ICP[备证]\d{{6,12}}号(-\d{{1,4}})?")
_POLICE = re.compile(rf"{_LAND}公网安备\d{{8,14}}号")


@dataclass(frozen=True, slots=True)
class Filing:
    """The number at the ministry (ICP) and the one at the police (公安); either may be ""."""

    icp: str = ""
    police: str = ""


NOT_FILED = Filing()


def checked(icp: str, police: str) -> Filing:
    """The numbers as they are printed. Refuses BadFiling(field)."""
    return Filing(_read("icp", icp, _ICP), _read("police", police, _POLICE))


def _read(field: str, typed: str, shape: re.Pattern[str]) -> str:
    """A typed number without spaces and in plain signs; "" for none."""
    plain = "".join(unicodedata.normalize("NFKC", typed).split()).upper()
    plain = re.sub("[—–−]", "-", plain)
    if plain and not shape.fullmatch(plain):
        raise BadFiling(field=field)
    return plain
