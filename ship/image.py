"""The command behind `make image`: builds the image of `generate`, and lets it write a review.

    python -m ship.image [--base aws|debian|NAME] [--architecture x86_64] [--no-trial]

With docker or podman it is built on the base that the Dockerfile names, AWS's own, and stays in
their store. buildah, which needs no daemon, builds it on a Debian made here, to be tried and then
removed, unless --base says otherwise.
"""

import argparse
import sys
import tempfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from local import template
from local.errors import LocalError
from operate.errors import OperateError
from ship import interpreters, processors, zips
from ship.builders import Builder, choose_for
from ship.errors import ShipError
from ship.own_environment import enter_own_environment

REPOSITORY = "localhost/art-review-generator-generate"
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Image:
    """An image that was built."""

    builder: Builder
    tag: str
    architecture: str

    def sizes(self) -> "Sizes":
        """Return how large it is: written out, and packed. Raises BuildFailed."""
        with tempfile.TemporaryDirectory(dir=_scratch()) as folder:
            archive = Path(folder) / "image.tar"
            self.builder.save(self.tag, archive)
            return Sizes(archive.stat().st_size, _packed_size(archive))


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes of an image."""

    unpacked: int
    packed: int
    """As a registry keeps it: Lambda loads so much, and ECR is paid for so much."""


def build_image(
    builder: Builder, architecture: str, arguments: Mapping[str, str], say: Callable[[str], None]
) -> Image:
    """Build the Dockerfile with these build arguments; none mean AWS's base. Raises BuildFailed."""
    tag = f"{REPOSITORY}:{architecture}"
    say(f"Building {tag} with {builder.name} …")
    builder.build(tag, architecture, arguments)
    return Image(builder, tag, architecture)


def main() -> None:
    """Build, try, and say what came of it; an error that can be put right is one line."""
    enter_own_environment("ship.image")
    arguments = _parser().parse_args()
    try:
        _image(arguments)
    except (ShipError, LocalError, OperateError) as error:
        sys.exit(str(error))


def _image(arguments: argparse.Namespace) -> None:
    architecture = arguments.architecture or processors.own_architecture()
    builder = choose_for(architecture)
    base = arguments.base or ("debian" if builder.is_buildah else "aws")
    is_for_trial_alone = base == "debian"
    image = build_image(builder, architecture, _arguments_for(base, builder), _say)
    try:
        sizes = image.sizes()
        if not arguments.no_trial:
            _try(image)
        print(_told(image, sizes, base))
    finally:
        if is_for_trial_alone:
            builder.said("rmi", image.tag)


def _arguments_for(base: str, builder: Builder) -> dict[str, str]:
    """Return the build arguments that choose the base. Raises ShipError."""
    if base == "aws":
        return {}
    if base != "debian":
        return {"BASE": base}
    from ship import debian_base  # noqa: PLC0415  # only where AWS's base cannot be had

    version = zips.runtime_version(template.read(zips.TEMPLATE))
    made = debian_base.ready(builder, interpreters.find(version), _say)
    return {"BASE": made, "COMPILER": debian_base.COMPILER}


def _try(image: Image) -> None:
    from ship import image_trial  # noqa: PLC0415  # it needs the environment
    from ship.trial_site import trial_site  # noqa: PLC0415

    with tempfile.TemporaryDirectory(dir=_scratch()) as folder, trial_site() as site:
        written = image_trial.try_image(image.builder, image.tag, site, Path(folder), _say)
    print(
        f"A review of {written.words} words was written inside the image by {written.model}, with "
        "its kernels, from a message of the local site; its page shows it, and its mail went out."
    )


def _told(image: Image, sizes: Sizes, base: str) -> str:
    """Return what is said of an image that was built."""
    return (
        f"{image.tag} on {base}: {sizes.packed / 1e6:.0f} MB packed, "
        f"{sizes.unpacked / 1e6:.0f} MB unpacked"
    )


def _packed_size(archive: Path) -> int:
    """Return how many bytes a file has when it is packed as layers are, by deflate."""
    packer = zlib.compressobj(6)
    size = 0
    with archive.open("rb") as opened:
        while piece := opened.read(_PIECE):
            size += len(packer.compress(piece))
    return size + len(packer.flush())


def _scratch() -> Path:
    zips.SCRATCH.mkdir(exist_ok=True)
    return zips.SCRATCH


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ship.image",
        description="Build the image of the writing function, and let it write one review.",
    )
    parser.add_argument(
        "--base",
        help="aws (what the Dockerfile names), debian (made here, for the trial alone), or an "
        "image's name; default aws, with buildah debian",
    )
    parser.add_argument(
        "--architecture",
        choices=tuple(processors.ARCHITECTURES),
        help="the processor that it is for; default this computer's",
    )
    parser.add_argument("--no-trial", action="store_true", help="build only")
    return parser


if __name__ == "__main__":
    main()
