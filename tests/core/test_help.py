"""What help, Shift-Tab and tab completion show of the public names."""

import doctest
import inspect
import pkgutil
import pydoc
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

import autograd
import nn
import viz
from autograd import TABLE, Value
from autograd.text.packages import PACKAGES, install

ROOT = Path(__file__).resolve().parent.parent.parent
MODULES = [
    kind for name in nn.__all__ if isinstance(kind := getattr(nn, name), type) and issubclass(kind, nn.Module)
]


def test_a_model_shows_the_parameters_of_its_class():
    shown = "(inputs: 'int', widths: 'Sequence[int]' = (), activation"
    assert str(inspect.signature(nn.MLP)).startswith(shown)
    assert next(iter(inspect.signature(nn.Dropout).parameters)) == "p"
    assert str(inspect.signature(nn.LeakyReLU)) == "(slope=0.01)"
    assert str(inspect.signature(nn.ReLU)) == "()"


@pytest.mark.parametrize("kind", MODULES, ids=lambda kind: kind.__name__)
def test_no_class_hides_its_parameters(kind):
    shown = inspect.signature(kind).parameters.values()
    assert not any(p.kind is p.VAR_KEYWORD for p in shown)
    assert [p.kind is p.VAR_POSITIONAL for p in shown].count(True) == (kind is nn.Sequential)


def test_a_class_of_ones_own_shows_its_own_parameters():
    class Line(nn.Module):
        def __init__(self, slope, offset=0.0):
            self.slope = Value(slope)

    class Steep(nn.LeakyReLU):
        def __init__(self, share):
            super().__init__(share)

    class Plain(nn.Module):
        pass

    assert str(inspect.signature(Line)) == "(slope, offset=0.0)"
    assert str(inspect.signature(Steep)) == "(share)"
    assert str(inspect.signature(Plain)) == "()"
    assert list(inspect.signature(Steep(0.5)).parameters) == ["inputs"]  # a model is called with its inputs


def test_rows_and_methods_show_their_operands():
    assert str(inspect.signature(autograd.relu)) == "(x)"
    assert str(inspect.signature(autograd.leaky_relu)) == "(x, slope=0.01)"
    assert str(inspect.signature(Value(1.0).leaky_relu)) == "(slope=0.01)"


def test_every_public_method_of_a_value_has_a_line():
    for name in (name for name in dir(Value(1.0)) if not name.startswith("_")):
        line = inspect.getdoc(getattr(Value, name))
        assert line and line[0] != " ", name
    for name in ("__add__", "__rsub__", "__itruediv__", "__neg__", "__lt__"):
        assert getattr(Value, name).__doc__
        assert getattr(Value, name).__name__ in (name, "neg")
    assert "The natural logarithm" in pydoc.plain(pydoc.render_doc(Value.log))


def test_names_that_only_tell_where_something_is_are_not_completed():
    assert not {"m", "prev", "value", "requires_grad", "gradient"} & set(dir(Value(1.0)))
    assert {"data", "grad", "backward", "exp", "_data"} <= set(dir(Value(1.0)))


@pytest.mark.parametrize("package", [autograd, nn, viz, nn.optim, nn.losses, nn.data])
def test_a_package_lists_public_names_alone(package):
    shown = set(dir(package))
    assert set(package.__all__) <= shown
    shadowing = {*TABLE, "errors"} if package is autograd else set()
    assert shown <= set(package.__all__) | shadowing
    assert all(hasattr(package, name) for name in shown)


def test_errors_name_packages_that_the_project_knows():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    known = str([project["dependencies"], project["optional-dependencies"]])
    for feature, package in PACKAGES.items():
        assert package in known
        assert install(feature) == f"pip install {package}"


def test_no_message_names_an_extra_of_ours():
    for package in ("autograd", "nn", "viz"):
        for path in (ROOT / package).rglob("*.py"):
            assert "chainrule[" not in path.read_text(encoding="utf-8"), path


def unseen() -> set[type]:
    """Return the classes that pytest's doctests pass over: the module whose name they bear lacks them."""
    ours = (autograd, nn, viz)
    names = [found.name for p in ours for found in pkgutil.walk_packages(p.__path__, f"{p.__name__}.")]
    modules = [import_module(name) for name in names if not name.endswith("__main__")]
    kinds = {kind for module in modules for kind in vars(module).values() if inspect.isclass(kind)}
    bearing = [kind for kind in kinds if kind.__module__.partition(".")[0] in {p.__name__ for p in ours}]
    return {kind for kind in bearing if kind.__name__ not in vars(import_module(kind.__module__))}


def test_examples_of_classes_that_pytest_passes_over_hold(capsys):
    passed_over = unseen()
    assert autograd.Array in passed_over
    runner = doctest.DocTestRunner(verbose=False)
    for kind in passed_over:
        for test in doctest.DocTestFinder().find(kind, module=False):
            runner.run(test)
    assert runner.tries > 0
    assert not runner.failures, capsys.readouterr().out
