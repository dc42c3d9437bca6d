"""Every text a person can read exists in Chinese, and its blanks are the same in both."""

import re

from kameng.faces.frame import messages

BLANK = re.compile(r"%\((\w+)\)s")


def test_every_text_in_code_and_templates_has_its_chinese():
    assert messages.missing(messages.merged()) == []


def test_a_translation_has_the_blanks_of_its_text():
    for message in messages.merged():
        if message.id:
            told, asked = _blanks(message.string), _blanks(message.id)
            assert told <= asked, message.id


def _blanks(said: str | tuple[str, ...]) -> set[str]:
    """The blanks of a text, or of all forms of one that counts."""
    return set(BLANK.findall(" ".join((said,) if isinstance(said, str) else said)))


def test_the_merged_catalogue_is_the_one_committed():
    from babel.messages.pofile import read_po

    with (messages.LOCALE / "zh_Hans_CN/LC_MESSAGES/messages.po").open("rb") as stream:
        written = {m.id: m.string for m in read_po(stream, locale="zh_CN") if m.id}
    assert written == {m.id: m.string for m in messages.merged() if m.id}
