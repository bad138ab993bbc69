"""A report is read as it was written; what is none is named."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from tests.training.evaluation.reports import made_up_report
from training.errors import EvaluationError
from training.evaluation.report import json_of, read_report, write_report


def test_a_report_comes_back_as_it_was(tmp_path: Path) -> None:
    """Every part of it, and the parts that may be missing; figures have six digits."""
    report = made_up_report()
    for whole in (report, replace(report, decades=None, curves=None)):
        write_report(whole, tmp_path / "new" / "report.json")
        again = read_report(tmp_path / "new" / "report.json")
        assert json_of(again) == json_of(whole)
        assert again.model == whole.model
        assert (again.decades, again.curves) == (whole.decades, whole.curves)
        assert math.isclose(again.perplexities[1].perplexity, math.exp(4.25), rel_tol=1e-6)


def test_a_report_of_before_is_read(tmp_path: Path) -> None:
    """What it does not tell is as it was when every report was like that."""
    values = json.loads(json_of(made_up_report()))
    del values["model"]["unseen"]
    for part in ("train", "held_out"):
        del values[part]["reviews"], values[part]["leaks_dropped"]
    path = tmp_path / "report.json"
    path.write_text(json.dumps(values))
    assert json_of(read_report(path)) == json_of(made_up_report())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda values: values.update(format=0), "its format is 0"),
        (lambda values: values.pop("figures"), "'figures'"),
        (lambda values: values.update(model="tiny"), "model is 'tiny'"),
        (lambda values: values["settings"].update(rows="many"), "rows is 'many'"),
        (lambda values: values.update(shown={}), "shown is {}"),
        (lambda values: values.clear(), "'format'"),
    ],
)
def test_what_is_no_report_is_told(tmp_path: Path, change: object, message: str) -> None:
    """The error says what is wrong and what to do."""
    values = json.loads(json_of(made_up_report()))
    change(values)  # type: ignore[operator]
    path = tmp_path / "report.json"
    path.write_text(json.dumps(values))
    with pytest.raises(EvaluationError, match=f"is no report .*{message}.* evaluate` again"):
        read_report(path)


@pytest.mark.parametrize("content", ["", "[1]", "not JSON"])
def test_another_file_is_no_report(tmp_path: Path, content: str) -> None:
    """Whatever it holds."""
    path = tmp_path / "report.json"
    path.write_text(content)
    with pytest.raises(EvaluationError, match="is no report"):
        read_report(path)
    with pytest.raises(EvaluationError, match="cannot be read"):
        read_report(tmp_path / "none.json")
