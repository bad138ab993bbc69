"""The template as the local cloud takes it, and the code that goes with it."""

import io
import zipfile
from pathlib import Path

import pytest

from local import deploy, package, template
from local.errors import LocalError
from local.place import ROOT

SOURCE = template.read(deploy.TEMPLATE)


def test_the_short_forms_are_made_long(tmp_path: Path) -> None:
    """CloudFormation's tags mean what it says they mean."""
    path = tmp_path / "template.yaml"
    path.write_text(
        "Resources:\n  A: {Type: T, Properties: {a: !Ref B, b: !GetAtt B.Arn.x, c: !Sub 'x${B}',"
        " d: !If [C, !Ref D, ''], e: !Sub [x, {y: !Ref Z}], f: !Condition Q}}\n"
    )
    assert template.read(path)["Resources"]["A"]["Properties"] == {
        "a": {"Ref": "B"},
        "b": {"Fn::GetAtt": ["B", "Arn.x"]},
        "c": {"Fn::Sub": "x${B}"},
        "d": {"Fn::If": ["C", {"Ref": "D"}, ""]},
        "e": {"Fn::Sub": ["x", {"y": {"Ref": "Z"}}]},
        "f": {"Condition": "Q"},
    }


@pytest.mark.parametrize("text", ["a: [", "[]", "Parameters: {}"])
def test_what_is_no_template_is_named(tmp_path: Path, text: str) -> None:
    """One line, with the file's name."""
    path = tmp_path / "template.yaml"
    path.write_text(text)
    with pytest.raises(LocalError, match=r"template\.yaml is no"):
        template.read(path)


def test_every_function_has_its_source() -> None:
    """The folders are the ones in the tree."""
    assert template.sources(SOURCE, deploy.TEMPLATE) == {
        "SharedLayer": ROOT / "layers" / "shared",
        "SubmitFunction": ROOT / "functions" / "submit",
        "SweepFunction": ROOT / "functions" / "submit",
        "GenerateFunction": ROOT / "functions" / "generate",
        "RenderFunction": ROOT / "functions" / "render",
    }


def test_the_image_becomes_a_zip_and_all_else_stays() -> None:
    """The same handler, the layer beside it, the model where it lies."""
    code = {
        name: template.Code("bucket", f"{name}.zip")
        for name in template.sources(SOURCE, deploy.TEMPLATE)
    }
    local = template.localised(SOURCE, code, {"MODEL_DIR": "/model"})
    before = SOURCE["Resources"]["GenerateFunction"]["Properties"]
    after = local["Resources"]["GenerateFunction"]["Properties"]
    assert before["PackageType"] == "Image"
    assert "PackageType" not in after
    assert after["Handler"] == "functions.generate.handler.handler"
    assert after["Layers"] == [{"Ref": "SharedLayer"}]
    assert after["CodeUri"] == {"Bucket": "bucket", "Key": "GenerateFunction.zip"}
    assert after["Environment"]["Variables"]["MODEL_DIR"] == "/model"
    assert after["MemorySize"] == SOURCE["Parameters"]["GenerateMemory"]["Default"]
    left_out = SOURCE["Resources"].keys() - local["Resources"].keys()
    assert left_out == {"Spending", "SenderRecords"}  # the emulator knows no such types
    left_out = SOURCE["Outputs"].keys() - local["Outputs"].keys()
    assert left_out == {"SenderRecord1", "SenderRecord2", "SenderRecord3"}
    unchanged = ("ReviewsTable", "SubmitRole", "RenderRole", "DefaultRoute", "Queue")
    for name in unchanged:
        assert local["Resources"][name] == SOURCE["Resources"][name]


def test_only_the_right_to_send_mail_is_wider() -> None:
    """The emulator asks for it on any identity; every other right stays as narrow as it was."""
    local = template.localised(SOURCE, {}, {})["Resources"]["GenerateRole"]["Properties"]
    before = SOURCE["Resources"]["GenerateRole"]["Properties"]
    pairs = zip(
        before["Policies"][0]["PolicyDocument"]["Statement"],
        local["Policies"][0]["PolicyDocument"]["Statement"],
        strict=True,
    )
    changed = [(old, new) for old, new in pairs if old != new]
    assert len(changed) == 1
    assert changed[0][0]["Action"] == ["ses:SendEmail", "ses:SendRawEmail"]
    assert changed[0][1]["Resource"] == "*"


def test_numbers_are_numbers_except_in_the_environment() -> None:
    """The emulator would take a parameter for text, and compare a number with it."""
    local = template.localised(SOURCE, {}, {})
    mapping = local["Resources"]["QueueToGenerate"]["Properties"]
    assert mapping["ScalingConfig"]["MaximumConcurrency"] == 2
    render = local["Resources"]["RenderFunction"]["Properties"]["Environment"]["Variables"]
    assert render["GENERATE_CONCURRENCY"] == {"Ref": "GenerateConcurrency"}
    assert render["GENERATE_BATCH"] == {"Ref": "GenerateBatch"}


def test_a_zip_holds_the_dotted_path_and_no_model(tmp_path: Path) -> None:
    """`functions.generate.handler` is the module's name in the zip too."""
    for name in ("__init__.py", "generate/__init__.py", "generate/handler.py"):
        path = tmp_path / "functions" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    for name in ("model/model.onnx", "__pycache__/handler.cpython-311.pyc", "Dockerfile"):
        path = tmp_path / "functions" / "generate" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("")
    made = package.function(tmp_path / "functions" / "generate", tmp_path)
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        assert archive.namelist() == [
            "functions/__init__.py",
            "functions/generate/__init__.py",
            "functions/generate/handler.py",
        ]


def test_the_same_files_make_the_same_zip(tmp_path: Path) -> None:
    """Dates and the order on the disk do not matter; content does."""
    for folder in ("one", "two"):
        code = tmp_path / folder / "functions" / "f"
        code.mkdir(parents=True)
        for name in ("a.py", "b.py") if folder == "one" else ("b.py", "a.py"):
            (code / name).write_text(name)
    one, two = (
        package.function(tmp_path / name / "functions" / "f", tmp_path / name)
        for name in ("one", "two")
    )
    assert one == two
    (tmp_path / "two" / "functions" / "f" / "a.py").write_text("changed")
    changed = package.function(tmp_path / "two" / "functions" / "f", tmp_path / "two")
    assert changed.key != one.key


def test_a_folder_without_code_is_named(tmp_path: Path) -> None:
    """A template that names an empty folder is not deployed."""
    (tmp_path / "functions" / "f").mkdir(parents=True)
    with pytest.raises(LocalError, match=r"no code in .*functions/f"):
        package.function(tmp_path / "functions" / "f", tmp_path)
