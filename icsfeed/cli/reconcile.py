"""`reconcile`: makes a journal whole to which several people published at once."""

import click

from icsfeed.cli.diff_publish import print_difference
from icsfeed.cli.messages import FINDING, print_problems
from icsfeed.cli.options import Options, common, is_terminal
from icsfeed.drafting import publishing
from icsfeed.drafting.auto_publish import list_changes
from icsfeed.drafting.comparison import Difference
from icsfeed.drafting.folder import Draft
from icsfeed.drafting.publishing import Reconciliation
from icsfeed.drafting.reconciling import Dispute
from icsfeed.git_operation import find_operation, finish
from icsfeed.problems import ScheduleError


@click.command()
@click.option("--yes", is_flag=True, help="Answer yes, except for windows that vanished.")
@click.option("--withdraw", metavar="ID", multiple=True, help="Publish this vanished window as cancelled.")
@common
def reconcile(options: Options, *, yes: bool, withdraw: tuple[str, ...]) -> None:
    """Settle what two people published at once, or a journal that lost lines.

    On a terminal, it asks about each window in question, then publishes what the schedule says. Commit the journal afterwards.
    """
    options.refuse_now()
    status = 0
    for key in options.keys_of_schedules():
        try:
            status = max(status, _reconcile(options, key, yes=yes, withdraw=frozenset(withdraw)))
        except ScheduleError as error:
            print_problems(error.problems)
            click.echo(f"{key}: nothing was written because of the errors above", err=True)
            status = FINDING
    raise SystemExit(status)


def _reconcile(options: Options, key: str, *, yes: bool, withdraw: frozenset[str]) -> int:
    """Make one journal whole, asking on a terminal; return the exit status."""
    agreed: set[Dispute] = set()

    def agrees(dispute: Dispute) -> bool:
        return dispute in agreed or (withdraw.issuperset(dispute.vanished) and (yes or bool(dispute.vanished)))

    while True:
        outcome = publishing.reconcile(options.folder(), key, now=options.now(), agrees=agrees)
        if outcome.unsettled and outcome.branch_left and not agreed:
            there = f"`git switch {outcome.branch_left}` goes back to it"
            click.echo(f"{key}: {outcome.branch_left} has the lines that this journal lacks; {there}", err=True)
        if not outcome.unsettled:
            _report(options, key, outcome)
            return 0
        if not is_terminal() or not all(_ask(key, dispute) for dispute in outcome.unsettled):
            _refuse(key, outcome)
            return FINDING
        agreed.update(outcome.unsettled)


def _ask(key: str, dispute: Dispute) -> bool:
    """Ask whether to publish what the schedule says; the default is no."""
    question = f"{key}: {dispute.text}. Publish {'it as cancelled' if dispute.vanished else 'that'}?"
    return click.confirm(question, default=False, err=True)


def _refuse(key: str, outcome: Reconciliation) -> None:
    """Print what is in question, and how to answer."""
    ids = [id_ for dispute in outcome.unsettled for id_ in dispute.vanished]
    if not is_terminal():
        for dispute in outcome.unsettled:
            would = " (it would be published as cancelled)" if dispute.vanished else ""
            click.echo(f"{key}: {dispute.text}{would}", err=True)
        _name_drafts(key, outcome)
    flags = "".join(f" --withdraw {id_}" for id_ in ids)
    cure = f"correct the schedule, or publish what it says: `icsfeed reconcile --yes{flags}`"
    click.echo(f"{key}: nothing was written; {cure}", err=True)


def _report(options: Options, key: str, outcome: Reconciliation) -> None:
    """Print what was written."""
    if outcome.settlement is None:
        click.echo(f"{key}: the journal is in order; nothing to reconcile")
        return
    click.echo(f"{key}: the journal is whole again")
    if outcome.settlement.lines:
        draft = Draft(schedule=outcome.schedule, published=outcome.published, journal=b"")
        print_difference(draft, Difference(lines=outcome.settlement.lines), verb="published")
    _name_drafts(key, outcome)
    journal = options.folder().journal_path(key)
    click.echo(f"{key}: now commit it: `git add {journal}` and `{finish(find_operation(journal))}`", err=True)


def _name_drafts(key: str, outcome: Reconciliation) -> None:
    """Print the other differences of the schedule, which stay drafts."""
    if outcome.settlement is not None and outcome.settlement.drafts.lines:
        drafts = list_changes(outcome.settlement.drafts.lines)
        click.echo(f"{key}: still a draft: {drafts}; `icsfeed diff` shows it", err=True)


COMMANDS = (reconcile,)
