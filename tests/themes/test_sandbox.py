"""The second wall: a template cannot get out of its sandbox, nor eat the machine."""

from __future__ import annotations

import pytest
from jinja2.exceptions import TemplateError

from themes import engine

SANDBOX = engine.theme("clean").sandbox("zh_CN")
ESCAPES = [
    "{{ ''.__class__ }}",
    "{{ shop.__class__.__mro__ }}",
    "{{ [].append(1) }}",
    "{{ shop.update({'a': 1}) }}",
    "{{ shop.pop('name') }}",
    "{{ '{0.__class__}'.format(shop) }}",
    "{{ '{a}'.format_map(shop) }}",
    "{{ shop|attr('__class__') }}",
    "{{ shop|tojson }}",
    "{{ shop.name|safe }}",
    "{{ shop|map(attribute='x') }}",
    "{{ 'x'|xmlattr }}",
    "{{ config }}",
    "{{ request.args }}",
    "{{ range(10) }}",
    "{{ lipsum() }}",
    "{{ cycler('a') }}",
    "{{ self.__init__ }}",
    "{{ t.entries.clear() }}",
    "{{ icon.__init__.__globals__ }}",
    "{% include '../../../theme.toml' %}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{{ 'a'.ljust(100000000) }}",
    "{{ 'a'.center(100000000) }}",
    "{{ 'a'.replace('', 'b') }}",
]
GREEDY = [
    "{{ 'a' * 200000000 }}",
    "{{ 200000000 * 'a' }}",
    "{{ [1] * 100000000 }}",
    "{{ 10 ** 10000000 }}",
    "{{ n ** n }}",
    "{{ '%999999999d' % 1 }}",
    "{{ text % 1 }}",
    "{{ n * n }}",
]


@pytest.mark.parametrize("source", ESCAPES)
def test_an_escape_is_refused(source: str) -> None:
    with pytest.raises((TemplateError, TypeError)):
        SANDBOX.from_string(source).render(shop={"name": "x"})


@pytest.mark.parametrize("source", GREEDY)
def test_a_greedy_operator_is_refused(source: str) -> None:
    with pytest.raises(TemplateError):
        SANDBOX.from_string(source).render(n=10**16, text="%999999999d")


def test_an_unknown_name_is_an_error_not_an_empty_string() -> None:
    with pytest.raises(TemplateError):
        SANDBOX.from_string("{{ shop.nmae }}").render(shop={"name": "x"})


def test_everything_printed_is_escaped() -> None:
    drawn = SANDBOX.from_string('<a title="{{ x }}">{{ x }}</a>').render(x='"><script>')
    assert drawn == '<a title="&#34;&gt;&lt;script&gt;">&#34;&gt;&lt;script&gt;</a>'


def test_a_key_wins_over_a_method_of_the_same_name() -> None:
    assert (
        SANDBOX.from_string("{{ form.values.sku }}").render(form={"values": {"sku": "s1"}}) == "s1"
    )


def test_arithmetic_a_template_needs_still_works() -> None:
    assert SANDBOX.from_string("{{ 3 * 4 }} {{ 7 % 4 }} {{ '-' * 3 }}").render() == "12 3 ---"
