"""The numbers that the outside may rely on, each in one place."""

PROMPT_CHARACTERS = 255
"""The longest prompt, in Unicode code points after trimming."""

ECCENTRICITY = range(1, 11)
"""The eccentricities that a visitor may choose."""

ADDRESS_CHARACTERS = 254
"""The longest mail address (RFC 5321, section 4.5.3.1.3, less the angle brackets)."""

BODY_BYTES = 16 * 1024
"""The largest body of a request: a form with every field full, percent-encoded, is under 10 KB."""

FORM_AGE_MIN_SECONDS = 2
"""A form that comes back sooner was not filled in by a person."""

FORM_AGE_MAX_SECONDS = 12 * 60 * 60
"""A form that was open for longer has to be fetched again."""

PROGRESS_SECONDS = 2.0
"""The shortest time between two writes of a review's progress."""

LEASE_SECONDS = 20
"""How long a worker that stopped reporting is believed to be alive."""

MAX_ATTEMPTS = 3
"""How often a review is tried before it counts as failed. The queue's maxReceiveCount is higher."""

REQUEUE_SECONDS = 10 * 60
"""A queued review whose message was last sent longer ago than this may have lost it."""

MAIL_PATIENCE_SECONDS = 24 * 60 * 60
"""A mail that could not be sent for so long is given up, and its address forgotten."""

MAIL_ATTEMPTS = 2
"""How often a mail is sent where nobody can tell whether it went out: once more rather than none.
What the mail service certainly did not take does not count."""

OPERATOR_MAILS = 20
"""So many mails a day tell the operator of one hidden review each."""

OPERATOR_SUMMARIES = 1
"""So many mails an hour tell the operator of several, once those of the day are used up."""

SUMMARY_REVIEWS = 50
"""So many hidden reviews one such mail names; more wait for the next hour's."""

SENDING_SECONDS = 12
"""How long the mail service may take with a mail (`clients.sesv2`: 2 s to connect, 10 s to answer).
Well below `LEASE_SECONDS`: who has less time left does not send."""

CONFIRMATION_SECONDS = 7 * 24 * 60 * 60
"""Who was asked whether to subscribe has so long to answer; then the address is forgotten."""

QUEUE_PLACES = 1000
"""The furthest place in the queue that is counted; beyond it the page says "more than"."""

TEMPERATURE_PER_ECCENTRICITY = 0.1
"""Eccentricity 1 samples at temperature 0.1, 10 at 1.0, as on the first site."""
