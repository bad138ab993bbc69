"""What each command does: it takes the site and the arguments, and returns what is printed."""

import argparse
import csv
import io
import json
import sys
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

from boto3.dynamodb.conditions import Attr
from botocore.exceptions import BotoCoreError, ClientError

from artreview.copies import Copies
from artreview.links import leave_path
from artreview.review import Review, State
from artreview.signing_keys import signing_keys
from artreview.site import SiteFacts
from artreview.store import ReviewStore
from operate import booklet, printing
from operate.cloud import Site
from operate.corpus import corpus_of
from operate.desk import Desk, id_of
from operate.errors import Refused
from operate.logs import FUNCTIONS, entries_of, seconds_of
from operate.status import Observed, month_of, status_of


@dataclass(frozen=True)
class Office:
    """The site, and the time by the operator's clock."""

    site: Site
    now: float

    @cached_property
    def desk(self) -> Desk:
        """The reviews."""
        table = self.site.table("ReviewsTableName")
        return Desk(table, ReviewStore(table), self.now)

    def purge(self, review_id: str) -> str:
        """Drop the copies that CloudFront keeps of a review, and return what is to be said of it.

        Nothing where CloudFront does not stand in front, or has taken it.
        """
        distribution = self.site.outputs.get("DistributionId")
        if not distribution:
            return ""
        try:
            Copies(self.site.client("cloudfront"), distribution).forget(review_id, self.now)
        except (BotoCoreError, ClientError) as error:
            return f" (CloudFront may show it for a minute more: {type(error).__name__})"
        return ""


def status(office: Office, options: argparse.Namespace) -> str:
    """Tell how the site is."""
    site, desk = office.site, office.desk
    letters = site.client("sqs").get_queue_attributes(
        QueueUrl=site.outputs["DeadLetterQueueUrl"], AttributeNames=["ApproximateNumberOfMessages"]
    )
    found = status_of(
        Observed(
            waiting=list(desk.store.waiting()),
            settled_this_month=desk.settled_since(month_of(office.now).timestamp()),
            dead_letters=int(letters["Attributes"]["ApproximateNumberOfMessages"]),
            pace=SiteFacts(site.table("SiteTableName")).pace(),
            memory_megabytes=int(site.parameters["GenerateMemory"]),
            daily_ceiling=int(site.parameters["DailyCeiling"]),
            now=office.now,
        )
    )
    return printing.as_json(asdict(found)) if options.json else printing.status_page(found)


def reported(office: Office, options: argparse.Namespace) -> str:
    """List what visitors have hidden."""
    hidden = office.desk.in_state(State.BLOCKED)
    if options.json:
        return printing.as_json([printing.review_data(review) for review in hidden])
    return printing.reported_list(hidden)


def failed(office: Office, options: argparse.Namespace) -> str:
    """List what could not be written."""
    return _listed(office.desk.in_state(State.FAILED), as_json=options.json)


def show(office: Office, options: argparse.Namespace) -> str:
    """Show one review."""
    review = office.desk.review(options.id)
    if options.json:
        return printing.as_json(printing.review_data(review))
    return printing.review_page(review, office.site.outputs["SiteAddress"])


def block(office: Office, options: argparse.Namespace) -> str:
    """Hide reviews, or keep hidden what a visitor has hidden."""
    done = {id_of(typed): office.desk.block(typed) for typed in options.ids}
    return "\n".join(
        f"{review_id}  {'hidden' if is_new else 'was hidden already'}{office.purge(review_id)}"
        for review_id, is_new in done.items()
    )


def delete(office: Office, options: argparse.Namespace) -> str:
    """Remove reviews for good, after a question."""
    for review_id in options.ids:
        office.desk.review(review_id)
    if not options.yes:
        _ask(f"Remove {len(options.ids)} for good? Nothing brings them back. [y/N] ")
    for review_id in options.ids:
        office.desk.delete(review_id)
    gone = [id_of(typed) for typed in options.ids]
    return "\n".join(f"{review_id}  deleted{office.purge(review_id)}" for review_id in gone)


def restore(office: Office, options: argparse.Namespace) -> str:
    """Show hidden reviews again; from then on it takes three visitors to hide them."""
    return _second_chance(office, "restore", options.ids, "is not hidden, or not there")


def retry(office: Office, options: argparse.Namespace) -> str:
    """Queue failed reviews again."""
    if bool(options.ids) == options.all:
        raise Refused("Name the reviews, or give --all.")
    ids = [one.id for one in office.desk.in_state(State.FAILED)] if options.all else options.ids
    if not ids:
        return "Nothing has failed."
    return _second_chance(office, "retry", ids, "did not fail, or is not there")


def _second_chance(office: Office, wish: str, ids: list[str], otherwise: str) -> str:
    """Ask the sweep's function, which has the right to; it tells what became of each."""
    answer = office.site.client("lambda").invoke(
        FunctionName=office.site.outputs["SweepFunctionName"],
        Payload=json.dumps({wish: [id_of(typed) for typed in ids]}).encode(),
    )
    told = json.loads(answer["Payload"].read())
    if answer.get("FunctionError"):
        raise Refused("The sweep could not do it; its log says why.")
    words = {
        "queued": "queued, to be written",
        "shown": "shown again",
        "refused": f"{otherwise}, so it stays as it is",
    }
    return "\n".join(
        f"{review_id}  {sentence}" for name, sentence in words.items() for review_id in told[name]
    )


def feature(office: Office, options: argparse.Namespace) -> str:
    """Choose the reviews of /examples; with none, the model's own are shown again."""
    for review_id in options.ids:
        if not office.desk.review(review_id).gallery_place:
            message = f"{review_id} is not in the gallery: its submitter did not agree to be shown."
            raise Refused(message)
    chosen = [id_of(typed) for typed in options.ids]
    SiteFacts(office.site.table("SiteTableName")).feature(chosen)
    count = len(options.ids)
    where = f"{office.site.outputs['SiteAddress']}/examples"
    return f"{count or 'None'} chosen: {where}" if count else f"The model's own again: {where}"


def export(office: Office, options: argparse.Namespace) -> str:
    """Write reviews into a booklet."""
    path = Path(options.out)
    if path.suffix not in {".html", ".epub"}:
        raise Refused(f"{path.name} is no booklet: its name ends in .html or .epub.")
    if bool(options.ids) == options.gallery:
        raise Refused("Name the reviews in their order, or give --gallery.")
    reviews = [office.desk.review(one) for one in options.ids] or office.desk.in_gallery()
    if not reviews:
        raise Refused("The gallery is empty.")
    for review in reviews:
        if review.state is not State.READY:
            raise Refused(f"{review.id} is {review.state}: only what is ready can be printed.")
    url = office.site.outputs["SiteAddress"]
    made = booklet.booklet_of(options.title, reviews, url, office.now)
    try:
        if path.suffix == ".epub":
            booklet.write_epub(made, path)
        else:
            path.write_text(booklet.as_html(made), encoding="utf-8")
    except OSError as error:
        raise Refused(f"{path} could not be written: {error.strerror}.") from error
    count = len(reviews)
    return f"{count} review{'' if count == 1 else 's'} in {path}"


def subscribers(office: Office, _options: argparse.Namespace) -> str:
    """Return those who confirmed, as CSV, each with the link that takes them off the list."""
    site = office.site
    table, url = site.table("SubscribersTableName"), site.outputs["SiteAddress"]
    keys = signing_keys(site.client("ssm"), site.parameters["SigningKeyParameter"])
    request = {"FilterExpression": Attr("confirmed_at").exists()}
    items = []
    while True:
        page = table.scan(**request)
        items += page["Items"]
        if "LastEvaluatedKey" not in page:
            break
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(["address", "confirmed", "link to leave"])
    for item in sorted(items, key=lambda item: str(item["address"])):
        confirmed = printing.moment(float(item["confirmed_at"]))
        leave = url + leave_path(bytes.fromhex(str(item["id"])), keys)
        writer.writerow([_in_a_cell(str(item["address"])), confirmed, leave])
    return written.getvalue().rstrip("\n")


def logs(office: Office, options: argparse.Namespace) -> str:
    """Tell what the functions have logged."""
    since = office.now - seconds_of(options.since)
    functions = [options.function] if options.function else FUNCTIONS
    entries = entries_of(office.site, functions, since)
    if options.errors:
        entries = [entry for entry in entries if entry.is_error]
    if options.json:
        return printing.as_json([asdict(entry) for entry in entries])
    return printing.log_table(entries)


def import_corpus_stats(office: Office, options: argparse.Namespace) -> str:
    """Tell on /about what the model was made of, or tell it no more."""
    facts = SiteFacts(office.site.table("SiteTableName"))
    page = f"{office.site.outputs['SiteAddress']}/about"
    if bool(options.file) == options.remove:
        raise Refused("Name the file, or give --remove.")
    if options.remove:
        facts.remove_corpus()
        return f"Removed: {page} says what the bundle says."
    model = facts.model()
    if model is None:
        raise Refused("The site does not know its model yet: let it write a review first.")
    counted = corpus_of(Path(options.file), model)
    facts.publish_corpus(counted)
    return f"{printing.corpus_line(counted)}\nTold of {model.name} within five minutes: {page}"


def _in_a_cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _listed(reviews: list[Review], *, as_json: bool) -> str:
    if as_json:
        return printing.as_json([printing.review_data(review) for review in reviews])
    return printing.review_list(reviews)


def _ask(question: str) -> None:
    if not sys.stdin.isatty():
        raise Refused("This asks before it does it: give --yes where nobody can answer.")
    if input(question).strip().lower() not in {"y", "yes"}:
        raise Refused("Nothing was changed.")
