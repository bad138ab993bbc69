"""Nothing lost, nothing twice: the short form of `large_run`."""

from pathlib import Path

from tests.scraper.archive import Archive, Fault
from tests.scraper.ordeal import Ordeal
from tests.scraper.server import Server
from tests.scraper.sites import magazine


def test_every_review_is_collected_once_whatever_happens(tmp_path: Path) -> None:
    """A faulty archive and kill -9 at three moments leave each review once, in its own words."""
    archive = Archive(264, fault_share=0.05)
    faults = {archive.fault_of(number) for number in range(archive.pages)}
    assert faults >= set(Fault)
    with Server(archive.reply) as server:
        site = magazine(tmp_path, server.host)
        ordeal = Ordeal(archive, server, site, tmp_path / "crawl.sqlite3", tmp_path / "out")
        said = ordeal.run_with_kills([4, 40, 150])
        ordeal.check()
    assert "clean: 260 good, 2 exact duplicates, 2 near duplicates" in said
    served = sum(archive.asked[archive.address_of(number)] for number in range(archive.pages))
    assert served <= archive.pages + 40, "a page that was kept is not asked for again"
