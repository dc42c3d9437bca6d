"""The tenant branch as statements: the same for every thread that asks at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from migrations import scripts


def test_threads_that_ask_at_once_all_get_the_whole_script() -> None:
    whole = scripts.tenant_script()
    render = scripts.tenant_script.__wrapped__
    with ThreadPoolExecutor(4) as crew:
        rendered = [crew.submit(render) for _ in range(8)]
        assert {one.result() for one in rendered} == {whole}
