"""The reviews, in DynamoDB.

One item a review, its key `id`. The index `waiting` is sparse: only a review for which something is
still to be done (writing it, sending its mail) has the attribute `waiting`, so counting the queue
never reads what is over. Every change of state is one conditional write (`UpdateItem` with a
condition), never a read followed by a write.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Attr, ConditionBase, Key
from botocore.exceptions import ClientError

from artreview.changes import Changes, ConditionFailed
from artreview.conditions import reraise_unless_condition_failed
from artreview.errors import LeaseLost, ReviewLeased, ReviewNotFound, ReviewSettled
from artreview.gallery import GALLERY_ATTRIBUTES, gallery_values
from artreview.items import item_of, number, provenance_item, review_of
from artreview.limits import LEASE_SECONDS, QUEUE_PLACES
from artreview.review import Mail, Provenance, Review, State

if TYPE_CHECKING:
    from types_boto3_dynamodb.service_resource import Table

WAITING_INDEX = "waiting"
WAITING = "1"
"""The index's partition of what is to be written or mailed. A queue is short; a partition takes
3,000 reads a second."""
UNTOLD = "untold"
"""The index's partition of what was hidden and the operator is yet to be told of (`reported`)."""
NOTICE_ATTRIBUTES = ("judged_at", "notice_until", "notice_attempts")
"""What is known of one hiding; a new one begins without."""

_LEASE_ATTRIBUTES = ("lease", "lease_until")
_PERSONAL_ATTRIBUTES = ("address", "wants_updates")


class ReviewStore:
    """Reviews by id; the only place that knows how they are laid out in the table."""

    def __init__(self, table: "Table") -> None:
        """Keep the table, whose key is `id` and whose index is `waiting`."""
        self._table = table
        self._changes = Changes(table)

    def add(self, review: Review) -> bool:
        """Store a new review; return False, and change nothing, where its id exists already."""
        item = item_of(review) | {"waiting": WAITING}
        try:
            self._table.put_item(Item=item, ConditionExpression=Attr("id").not_exists())
        except ClientError as error:
            reraise_unless_condition_failed(error)
            return False
        return True

    def get(self, review_id: str) -> Review:
        """Return the review. Raises ReviewNotFound."""
        answer = self._table.get_item(Key={"id": review_id}, ConsistentRead=True)
        if "Item" not in answer:
            raise ReviewNotFound(f"no review has the id {review_id}")
        return review_of(answer["Item"])

    def claim(self, review_id: str, lease: str, now: float) -> Review:
        """Take a queued review, or one whose worker has died, for `LEASE_SECONDS` and return it.

        A claim whose answer was lost on the way is recognised by its lease when it is tried again.
        Raises ReviewNotFound, ReviewSettled where nothing is left to write, or ReviewLeased.
        """
        try:
            return self._changes.make(
                review_id,
                {
                    "state": State.WRITING,
                    "lease": lease,
                    "lease_until": number(now + LEASE_SECONDS),
                    "writing_since": number(now),
                    "tokens": 0,
                },
                when=Attr("state").eq(State.QUEUED) | _has_dead_worker(now),
                remove=("text",),
                count={"attempts": 1},
            )
        except ConditionFailed:
            review = self.get(review_id)
        if review.state is State.WRITING and review.lease == lease:
            return review
        if review.state.is_waiting:
            raise ReviewLeased(review_id, max(0.0, review.lease_until - now))
        raise ReviewSettled(f"review {review_id} is {review.state}")

    def record_progress(self, writing: Review, now: float) -> None:
        """Store the text so far, and keep the lease alive. Raises LeaseLost."""
        self._change_leased(
            writing,
            {
                "text": writing.text,
                "tokens": writing.tokens,
                "target_tokens": writing.target_tokens,
                "lease_until": number(now + LEASE_SECONDS),
            },
        )

    def finish(self, written: Review, provenance: Provenance, now: float) -> Review:
        """Store the whole text and make the review `ready`, and list it where that was agreed to.

        Raises LeaseLost.
        """
        return self._change_leased(
            written,
            {
                "state": State.READY,
                "text": written.text,
                "tokens": written.tokens,
                "target_tokens": written.target_tokens,
                "settled_at": number(now),
                "written_at": number(now),
                "provenance": provenance_item(provenance),
                # What is not to be listed, whoever agreed to it, stays out when it is restored too.
                "in_gallery": written.in_gallery,
                **(gallery_values(written.id, now) if written.in_gallery else {}),
            },
            remove=(*_LEASE_ATTRIBUTES, *(() if written.mail is Mail.DUE else ("waiting",))),
        )

    def release(self, writing: Review) -> None:
        """Put a review back into `queued` after an error, so that the next try need not wait."""
        self._change_leased(writing, {"state": State.QUEUED}, remove=_LEASE_ATTRIBUTES)

    def fail(self, review_id: str, reason: str, now: float, lease: str = "") -> bool:
        """Give an unwritten review up, with a reason for the operator; forget the address.

        A worker names its lease, and gives up what it still holds. Without one, what waits or was
        left by a dead worker is given up, and nothing that a living one writes. False is returned
        where nothing was changed.
        """
        is_free = Attr("state").eq(State.QUEUED) | _has_dead_worker(now)
        is_mine = Attr("state").eq(State.WRITING) & Attr("lease").eq(lease)
        when = is_mine if lease else is_free
        return self._settle(review_id, State.FAILED, now, when, {"failure": reason})

    def block(
        self,
        review_id: str,
        now: float,
        *,
        even_restored: bool = False,
        tells_operator: bool = False,
    ) -> bool:
        """Hide a review at once, whatever its state, and forget the address.

        Raises ReviewNotFound. A review that is hidden already stays as it is, and so does one that
        the operator restored, unless `even_restored`; then False is returned. With `tells_operator`
        the same write notes that the operator is to be told, so no crash loses that.
        """
        is_open: ConditionBase = ~Attr("state").is_in([State.BLOCKED, State.DELETED])
        if not even_restored:
            is_open &= Attr("restored_at").not_exists()
        values = {"waiting": UNTOLD} if tells_operator else {}
        if self._settle(review_id, State.BLOCKED, now, is_open, values):
            return True
        self.get(review_id)
        return False

    def delete(self, review_id: str) -> None:
        """Remove all of a review but its id and that it was deleted, whatever its state.

        The item is replaced as a whole, so nothing of it stays, whatever else it held. A worker
        that is writing it, or about to mail it, finds no lease and no mail. Raises ReviewNotFound.
        """
        nothing_else = {"created_at": 0, "enqueued_at": 0}  # every item has them; these say nothing
        try:
            self._table.put_item(
                Item={"id": review_id, "state": State.DELETED, **nothing_else},
                ConditionExpression=Attr("id").exists(),
            )
        except ClientError as error:
            reraise_unless_condition_failed(error)
            raise ReviewNotFound(f"no review has the id {review_id}") from error

    def claim_mail(self, review_id: str, now: float) -> Review:
        """Mark the mail about a finished review as `sending`, and return the review.

        A mail that a worker began to send and never reported on is claimed again after
        `LEASE_SECONDS`; the claims are counted (`mail_attempts`). Raises ReviewSettled where no
        mail is to be sent (sent already, never asked for, hidden), and ReviewLeased while another
        worker is sending it.
        """
        is_due = Attr("mail").eq(Mail.DUE) | (
            Attr("mail").eq(Mail.SENDING) & Attr("mail_until").lt(number(now))
        )
        values = {"mail": Mail.SENDING, "mail_until": number(now + LEASE_SECONDS)}
        try:
            return self._changes.make(
                review_id,
                values,
                when=Attr("state").eq(State.READY) & is_due,
                count={"mail_attempts": 1},
            )
        except ConditionFailed:
            review = self.get(review_id)
        if review.state is State.READY and review.mail is Mail.SENDING:
            raise ReviewLeased(review_id, max(0.0, review.mail_until - now))
        raise ReviewSettled(f"no mail is due for review {review_id}")

    def release_mail(self, sending: Review) -> None:
        """Make a mail `due` again that certainly did not go out; its claim does not count.

        What somebody else has claimed meanwhile, or hidden, stays as it is.
        """
        is_mine = Attr("mail").eq(Mail.SENDING) & Attr("mail_until").eq(number(sending.mail_until))
        with suppress(ConditionFailed):
            self._changes.make(
                sending.id,
                {"mail": Mail.DUE},
                when=is_mine,
                remove=("mail_until",),
                count={"mail_attempts": -1},
            )

    def settle_mail(self, review_id: str, outcome: Mail) -> None:
        """Record what became of the mail, and forget the address.

        A review that was deleted meanwhile, or brought back by the operator, stays as it is.
        """
        is_in_hand = Attr("mail").is_in([Mail.DUE, Mail.SENDING])
        with suppress(ConditionFailed):
            self._changes.make(
                review_id,
                {"mail": outcome},
                when=is_in_hand,
                remove=("waiting", "mail_until", *_PERSONAL_ATTRIBUTES),
            )

    def mark_enqueued(self, review: Review, now: float) -> bool:
        """Note that the id is sent to the queue again; False where somebody else just noted it."""
        unchanged = Attr("enqueued_at").eq(number(review.enqueued_at)) & Attr("waiting").exists()
        try:
            self._changes.make(review.id, {"enqueued_at": number(now)}, when=unchanged)
        except ConditionFailed:
            return False
        return True

    def waiting(self) -> Iterator[Review]:
        """Yield what something is still to be done for, the oldest first, without the texts."""
        request: dict[str, Any] = {
            "IndexName": WAITING_INDEX,
            "KeyConditionExpression": Key("waiting").eq(WAITING),
        }
        while True:
            page = self._table.query(**request)
            for item in page["Items"]:
                yield review_of(item)
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def place_in_queue(self, review: Review) -> int:
        """Return 1 for the review that is next, counting those being written; at most 1,000."""
        answer = self._table.query(
            IndexName=WAITING_INDEX,
            KeyConditionExpression=Key("waiting").eq(WAITING)
            & Key("created_at").lt(number(review.created_at)),
            FilterExpression=Attr("state").is_in([State.QUEUED, State.WRITING]),
            Select="COUNT",
            Limit=QUEUE_PLACES,
        )
        return answer["Count"] + 1

    def _change_leased(
        self, writing: Review, values: dict[str, Any], remove: tuple[str, ...] = ()
    ) -> Review:
        is_mine = Attr("state").eq(State.WRITING) & Attr("lease").eq(writing.lease)
        try:
            return self._changes.make(writing.id, values, when=is_mine, remove=remove)
        except ConditionFailed as error:
            raise LeaseLost(f"the lease on review {writing.id} is over") from error

    def _settle(
        self,
        review_id: str,
        state: State,
        now: float,
        when: ConditionBase,
        values: dict[str, Any],
    ) -> bool:
        try:
            self._changes.make(
                review_id,
                {"state": state, "settled_at": number(now), **values},
                when=Attr("id").exists() & when,
                remove=(
                    *(() if "waiting" in values else ("waiting",)),
                    *NOTICE_ATTRIBUTES,
                    *GALLERY_ATTRIBUTES,
                    *_LEASE_ATTRIBUTES,
                    *_PERSONAL_ATTRIBUTES,
                ),
            )
        except ConditionFailed:
            return False
        return True


def _has_dead_worker(now: float) -> ConditionBase:
    return Attr("state").eq(State.WRITING) & Attr("lease_until").lt(number(now))
