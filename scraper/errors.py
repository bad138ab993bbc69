"""Everything that can go wrong here and is not a bug, in one tree.

    ScraperError
    ├── SiteFileError        a site's file cannot be read, or does not make sense
    ├── AddressError         an address that this site's crawl may not visit at all
    ├── DatabaseError        the crawl's database cannot be used
    │   ├── OtherVersion     it is of another version, or not ours
    │   ├── InUse            another process works on it
    │   └── DiskFull         no room to write; nothing was changed
    ├── LoginError           the archive does not let us in
    ├── CrawlStopped         the crawl ended itself, to spare the archive or the operator's account
    ├── WorkerLost           a process that helped to clean was ended from outside
    ├── SelectorAlarm        a selector finds nothing in too many pages
    ├── ExportError          there is nothing to export, or nowhere to write it
    └── PageError            one page could not be had; its row says why and the crawl goes on
        ├── TemporaryFault   worth another try later
        │   └── LoginPage    the archive showed its login page instead
        ├── PermanentFault   another try would end the same way
        ├── Refused          the archive's own rules, or ours, say no
        └── Gone             the archive says that there is no such page

Each message says what was got, what is allowed and what to do. The command line prints it as one
line and leaves with status 2.
"""


class ScraperError(Exception):
    """The root: catch this to catch everything that the operator can put right."""


class SiteFileError(ScraperError):
    """A site's file cannot be read, or does not make sense."""


class AddressError(ScraperError):
    """An address is not one that this site's crawl may visit."""


class DatabaseError(ScraperError):
    """The crawl's database cannot be used."""


class OtherVersion(DatabaseError):
    """The database was made by another version, or by something else."""


class InUse(DatabaseError):
    """Another process works on the database."""


class DiskFull(DatabaseError):
    """There is no room to write; the change was undone as a whole."""


class LoginError(ScraperError):
    """The archive does not let us in with what the site's file names."""


class CrawlStopped(ScraperError):
    """The crawl ended itself before it was done. The same command goes on."""


class WorkerLost(ScraperError):
    """A process that helped to clean was ended from outside, for want of memory perhaps."""


class SelectorAlarm(ScraperError):
    """A selector finds nothing in too many pages: the archive's template has probably changed."""


class ExportError(ScraperError):
    """There is nothing to export, or nowhere to write it."""


class PageError(ScraperError):
    """One page could not be had. The crawl notes it in the page's row and goes on."""


class TemporaryFault(PageError):
    """Worth another try later; `retry_after` is the number of seconds that the server asked for."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class LoginPage(TemporaryFault):
    """The archive answered with its login page instead of the page asked for."""


class PermanentFault(PageError):
    """Another try would end the same way."""


class Refused(PageError):
    """The archive's rules, or ours, forbid this page."""


class Gone(PageError):
    """The archive says that there is no such page (404 or 410)."""
