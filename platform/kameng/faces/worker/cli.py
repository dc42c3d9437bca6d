"""The `kameng` command: `run` for one machine; the rest for operators and process managers."""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from kameng.config import Settings, environment
from kameng.faces.worker import refused


def _plainly(command: Callable[..., int | None]) -> Callable[..., None]:
    """End with a sentence instead of a traceback when something expected is in the way."""

    @functools.wraps(command)
    def told(**given: Any) -> None:
        env = environment()
        try:
            status = command(**given)
        except refused.expected() as error:
            urls = {name.lower(): env.get(name, "") for name in ("DATABASE_URL", "REDIS_URL")}
            print(f"kameng: {refused.sentence(error, **urls)}", file=sys.stderr)
            status = 1
        except KeyboardInterrupt:
            status = 130
        sys.exit(status or 0)

    return told


@click.group(help=__doc__)
def main() -> None:
    """Choose one of the commands."""


@main.command()
@_plainly
def run() -> int:
    """Start everything on this machine and stop it again on Ctrl-C."""
    from kameng.faces.worker import running

    return running.run(environment())


@main.command()
@click.option("--status", is_flag=True, help="Only say where every schema stands.")
@click.option("--retry", is_flag=True, help="Try again what failed or was held.")
@click.option("--workers", type=click.IntRange(1), help="How many schemas at once.")
@click.option("--canary", multiple=True, metavar="SITE", help="Only note: it goes first.")
@click.option("--no-canary", multiple=True, metavar="SITE", help="Only note: no longer first.")
@click.option("--hold", multiple=True, metavar="SITE", help="Only note: left out until --retry.")
@_plainly
def migrate(**asked: Any) -> int:
    """Bring the database, every site's schema and the spares to today's shape."""
    return _with_servers(lambda chosen, _: _migrated(chosen, **asked))


def _migrated(
    chosen: Settings,
    *,
    status: bool,
    retry: bool,
    workers: int | None,
    canary: tuple[str, ...],
    no_canary: tuple[str, ...],
    hold: tuple[str, ...],
) -> int:
    from kameng.faces.worker import migrating, setting_up

    if canary or no_canary or hold:
        first = migrating.go_first(chosen, canary, on=True)
        rest = migrating.go_first(chosen, no_canary, on=False)
        return 0 if all((first, rest, migrating.hold(chosen, hold))) else 1
    if status:
        return 0 if migrating.status(chosen) else 1
    if retry:
        migrating.retry(chosen)
    return 0 if setting_up.migrate(chosen, workers=workers) else 1


@main.command()
@_plainly
def sample() -> None:
    """Load the sample alliance beside whatever is there (development only)."""
    from kameng.faces.worker import setting_up

    _with_servers(setting_up.load_sample)


@main.command()
@click.option("--slug", required=True, help="The site's name in its address, e.g. myshop.")
@click.option("--name", required=True, help="The site's name on its pages.")
@click.option("--login", required=True, help="The first operator's sign-in name.")
@click.option("--email", required=True, help="The first operator's address.")
@click.option("--cell", default="main", show_default=True, help="In which of KAMENG_CELLS.")
@click.password_option(help="Asked for when not given.")
@_plainly
def found(slug: str, name: str, login: str, email: str, cell: str, password: str) -> None:
    """Found a master site with its first operator; the same call again finishes what was cut."""
    from kameng.faces.worker import founding, setting_up

    founder = founding.Founder(login, login, email, password)
    _with_servers(lambda chosen, _: setting_up.found(chosen, slug, name, founder, cell=cell))


@main.command("what-if")
@click.option("--site", required=True, metavar="SLUG", help="Whose costs, e.g. hub.")
@click.option("--cost", "skus", multiple=True, metavar="SKU=MOVE", help="12.5, +0.5 or -5%.")
@click.option("--percent-category", "categories", multiple=True, metavar="CATEGORY=MOVE")
@click.option("--all", "everything", default="", metavar="MOVE", help="Every cost of the site.")
@click.option("--title", default="", help="What the console calls it.")
@click.option("--commit", is_flag=True, help="Decide so when it is worked out.")
@_plainly
def what_if(**asked: Any) -> int:
    """See what other costs would do at every site below, before anything is in force."""
    from kameng.faces.worker import whatif

    wish = whatif.Wish(**asked)
    return int(_with_servers(lambda chosen, _: whatif.run(chosen, wish)))


@main.command()
@click.option("--site", default="", metavar="SLUG", help="Only below this master site.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="As of an earlier day.")
@_plainly
def settle(site: str, until: Any) -> int:
    """Give every site below what it has earned and is due; a cut run goes on where it was."""
    from kameng.faces.worker import settling

    day = until.date() if until else None
    return int(_with_servers(lambda chosen, _: settling.run(chosen, site, day)))


@main.command()
@click.option("-n", "--number", default=5, show_default=True, help="How many of the newest.")
@_plainly
def letters(number: int) -> None:
    """Show the newest letters that were written to files for want of a mail server."""
    from kameng.faces.worker import letters as written

    written.show(Path(environment().get("KAMENG_HOME", "var")).resolve() / "mail", number)


@main.command()
@click.option("--site", default="", metavar="SLUG", help="One master site; all unless named.")
@_plainly
def prove(site: str) -> int:
    """Prove the books: entries, balances, orders, settlements, withdrawals; 1 if they differ."""
    from kameng.faces.worker import proving

    return int(_with_servers(lambda chosen, _: proving.run(chosen, site)))


@main.group()
def theme() -> None:
    """Look at the lines of themes that sites show; stop their roll-outs."""


@theme.command("lines")
@_plainly
def theme_lines() -> int:
    """How many sites show which line of which theme."""
    from kameng.faces.worker import themelines

    return int(_with_servers(lambda chosen, _: themelines.lines(chosen)))


@theme.command("migrate")
@click.argument("name")
@click.argument("line")
@click.option("--dry-run", is_flag=True, required=True, help="The console rolls out; this looks.")
@_plainly
def theme_migrate(name: str, line: str, dry_run: bool) -> int:
    """Say of every site whether it would fit a line, e.g. `clean 1.1`; 1 if one would not."""
    from kameng.faces.worker import themelines

    return int(_with_servers(lambda chosen, _: themelines.dry_run(chosen, name, line)))


@theme.command("stop")
@click.option("--site", default="", metavar="SLUG", help="One master site; all unless named.")
@_plainly
def theme_stop(site: str) -> int:
    """Stop every roll-out now: nobody moves any more; who has moved stays until put back."""
    from kameng.faces.worker import themelines

    return int(_with_servers(lambda chosen, _: themelines.stop(chosen, site)))


@main.command()
@_plainly
def doctor() -> int:
    """Look at this machine and this deployment, and say what is wrong."""
    from kameng.faces.worker import diagnosis, running

    return diagnosis.report(running.surroundings(environment()))


@main.command()
@_plainly
def worker() -> None:
    """Work on the queues of what may take its time: mail."""
    from kameng.faces.worker import jobs

    jobs.run(Settings.load())


@main.command()
@_plainly
def relay() -> None:
    """Deliver what was announced, and take in notifications from outside."""
    importlib.import_module("kameng.faces.worker.relay").run()


@main.command()
@_plainly
def clock() -> None:
    """Do what is due."""
    importlib.import_module("kameng.faces.worker.timetable").run()


def _with_servers(work: Callable[[Settings, str], Any]) -> Any:
    """Run `work` on the given servers, on those of a running `kameng run`, or on our own."""
    from kameng.faces.worker import keys, running, servers

    env = running.surroundings(environment())
    with servers.borrowed(env, Path(env["KAMENG_HOME"])) as found:
        return work(Settings.load(found), found[keys.SAMPLE_PASSWORD])


if __name__ == "__main__":
    main()
