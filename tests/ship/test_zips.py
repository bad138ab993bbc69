"""What is shipped as zips: which parts of the template, how packed, for which processor."""

import zipfile
from pathlib import Path

import pytest

from local import template
from ship import processors, trial, zips
from ship.errors import BuildFailed, NotShippable
from ship.package import MOST_BYTES, Row, check_sizes, table


def elf(machine: int) -> bytes:
    """Return the beginning of a library for a processor."""
    return b"\x7fELF" + bytes(14) + machine.to_bytes(2, "little") + bytes(44)


def artefact(folder: Path, name: str, files: dict[str, bytes]) -> zips.Artefact:
    """Return an artefact of these files, packed."""
    for inner, content in files.items():
        path = folder / name / inner
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    zips.pack(folder / name, folder / f"{name}.zip")
    return zips.Artefact(name, folder / name, folder / f"{name}.zip")


def test_every_function_but_the_image_is_a_zip() -> None:
    """The three functions with a runtime, and the layer apart from them."""
    described = template.read(zips.TEMPLATE)
    assert {"SubmitFunction", "SweepFunction", "RenderFunction"} <= {*zips.zip_functions(described)}
    assert "GenerateFunction" not in zips.zip_functions(described)
    assert zips.of_type(described, template.LAYER) == ("SharedLayer",)


def test_the_functions_and_the_image_run_on_one_python() -> None:
    """The template's runtime is the version of the Dockerfile's base."""
    version = zips.runtime_version(template.read(zips.TEMPLATE))
    dockerfile = Path(zips.TEMPLATE).parents[1] / "functions" / "generate" / "Dockerfile"
    assert f"ARG BASE=public.ecr.aws/lambda/python:{version}\n" in dockerfile.read_text()


def test_two_runtimes_are_refused() -> None:
    """A layer's code and what is tried here must be for one Python."""
    resources = {
        name: {"Type": template.FUNCTION, "Properties": {"Runtime": runtime}}
        for name, runtime in (("One", "python3.12"), ("Other", "python3.13"))
    }
    with pytest.raises(BuildFailed, match=r"python3\.12.*python3\.13"):
        zips.runtime_version({"Resources": resources})


def test_the_same_files_are_the_same_zip(tmp_path: Path) -> None:
    """Whatever their times: an upload that changes nothing is seen to change nothing."""
    files = {"a/one.py": b"1\n", "b.py": b"2\n"}
    first = artefact(tmp_path / "first", "Render", files)
    second = artefact(tmp_path / "second", "Render", files)
    assert first.archive.read_bytes() == second.archive.read_bytes()
    assert zipfile.ZipFile(first.archive).namelist() == ["a/one.py", "b.py"]


def test_a_library_for_another_processor_is_named(tmp_path: Path) -> None:
    """What was resolved for the computer that builds, not for Lambda, does not leave."""
    made = artefact(
        tmp_path, "Render", {"PIL/_imaging.so": elf(processors.ARCHITECTURES["x86_64"])}
    )
    assert trial.check_processor(made, "x86_64") == 1
    with pytest.raises(NotShippable, match=r"arm64.*PIL/_imaging\.so"):
        trial.check_processor(made, "arm64")


def test_twins_hold_the_same_but_for_the_processor(tmp_path: Path) -> None:
    """What is tried in place of what cannot run here has to be the same packages."""
    ours = artefact(
        tmp_path / "a",
        "Render",
        {"m.cpython-312-aarch64-linux-gnu.so": b"", "pillow.libs/liba-01234567.so": b""},
    )
    twin = artefact(
        tmp_path / "b",
        "Render",
        {"m.cpython-312-x86_64-linux-gnu.so": b"", "pillow.libs/liba-89abcdef.so": b""},
    )
    other = artefact(tmp_path / "c", "Render", {"m.py": b""})
    trial.check_twin(ours, twin)
    with pytest.raises(NotShippable, match=r"m\.py"):
        trial.check_twin(ours, other)


def test_what_is_too_large_is_an_error_that_names_it() -> None:
    """15 MB zipped for each function."""
    fits = Row("SubmitFunction", MOST_BYTES, 0, "3 modules", ("202",))
    grown = Row("RenderFunction", MOST_BYTES + 100_000, 27, "3 modules", ("200",))
    check_sizes([fits])
    with pytest.raises(NotShippable, match=r"RenderFunction has 15\.1 MB zipped; 15 MB"):
        check_sizes([fits, grown])


def test_the_table_shows_a_line_for_each() -> None:
    """Its name, its size, and what came of trying it."""
    shown = table([Row("SubmitFunction", 3_210_000, 2, "21 modules", ("202 text/html",))], "arm64")
    head, line = shown.splitlines()
    assert "native for arm64" in head
    assert line.split() == ["SubmitFunction", "3.21", "2", "21", "modules", "202", "text/html"]
