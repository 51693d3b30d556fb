"""Modules: what becomes a parameter, misspelt names, training mode, and the state as a dictionary."""

import copy
import importlib
import io
import pickle
import re

import numpy as np
import pytest

import nn
from autograd import Value, array, tanh
from tests.layers.networks import X2, fx_2321


class Everything(nn.Module):
    """Parameters and parts in every place where they may stand."""

    def __init__(self):
        self.scale = Value(2.0)
        self.rows = [[Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]]
        self.matrix = array([[5.0, 6.0]])
        self.parts = [nn.Linear(1, 1), (nn.Linear(1, 1, bias=False),)]
        self.named = {"last": nn.Linear(1, 1, bias=False), "free": Value(7.0)}
        self.mixed = [Value(8.0), 3]
        self.computed = self.scale * 2
        self.sizes = [1, 2, 3]
        self.shared = self.rows

    def forward(self, x):
        return self.scale * x


def test_values_and_modules_are_found_wherever_they_stand_each_once():
    names = [name for name, _ in Everything().named_parameters()]
    assert names == [
        "scale", "rows.0.0", "rows.0.1", "rows.1.0", "rows.1.1", "matrix.0.0", "matrix.0.1", "named.free",
        "mixed.0",
        "parts.0.neurons.0.w.0", "parts.0.neurons.0.b", "parts.1.0.neurons.0.w.0", "named.last.neurons.0.w.0",
    ]  # fmt: skip
    for module in (Everything(), fx_2321(), nn.BatchNorm(2)):
        named = [parameter for _, parameter in module.named_parameters()]
        assert len(named) == len(module.parameters())
        assert all(p is q for p, q in zip(named, module.parameters(), strict=True))


def test_modules_are_listed_outermost_first_each_once():
    shared = nn.Linear(1, 1)
    model = nn.Sequential(shared, nn.Tanh(), shared)
    kinds = [type(module).__name__ for module in model.modules()]
    assert kinds.count("Linear") == 1
    assert kinds[0] == "Sequential"
    assert len(model.parameters()) == 2


def test_a_module_that_holds_its_owner_does_not_hang():
    class Child(nn.Module):
        def __init__(self, owner):
            self.owner = owner

    class Owner(nn.Module):
        def __init__(self):
            self.w = Value(1.0)
            self.child = Child(self)

    assert len(Owner().parameters()) == 1


@pytest.mark.parametrize("name", ["traning", "layer", "ws"])
def test_a_misspelt_attribute_is_an_error_when_written(name):
    model = fx_2321()
    with pytest.raises(AttributeError, match=rf"MLP has no attribute '{name}'.*born in __init__"):
        setattr(model, name, 1)
    assert name not in vars(model)


def test_a_misspelt_attribute_is_an_error_when_read_and_a_near_name_is_told():
    with pytest.raises(
        AttributeError, match=r"Layer has no attribute 'neuron' \(did you mean 'neurons'\?\)\."
    ):
        _ = nn.Layer(1, 1).neuron
    with pytest.raises(AttributeError, match=r"Layer has no attribute 'qqq'\.$"):
        _ = nn.Layer(1, 1).qqq
    assert not hasattr(nn.Layer(1, 1), "bais")


def test_known_attributes_may_be_assigned_at_any_time():
    model = fx_2321()
    model.layers = model.layers[:1]
    model.training = False
    assert len(model.parameters()) == 9


def test_a_module_without_forward_says_what_to_write():
    class Empty(nn.Module):
        pass

    with pytest.raises(NotImplementedError, match=r"Empty has no forward\(self, x\): write what it computes"):
        Empty()(1.0)


def test_zero_grad_makes_gradients_not_yet_again():
    model = fx_2321()
    model(X2)[0].backward()
    assert all(p.grad is not None for p in model.parameters())
    model.zero_grad()
    assert all(p.grad is None for p in model.parameters())


def test_train_and_eval_reach_every_part_and_return_the_module():
    model = nn.Sequential(nn.Sequential(nn.Dropout(0.2)), nn.BatchNorm(1))
    assert model.eval() is model
    assert [module.training for module in model.modules()] == [False] * 4
    assert model.train() is model
    assert all(module.training for module in model.modules())
    assert not model.train(False).training


def test_modules_survive_deepcopy_and_pickle():
    model = fx_2321()
    for twin in [copy.deepcopy(model), pickle.loads(pickle.dumps(model))]:
        assert twin(X2)[0].data == model(X2)[0].data
        assert not any(p is q for p in twin.parameters() for q in model.parameters())
        with pytest.raises(AttributeError, match="no attribute 'lr'"):
            twin.lr = 1


class Reader(pickle.Unpickler):
    """Reads a pickle, and lists the names that it asks for."""

    def __init__(self, content):
        super().__init__(io.BytesIO(content))
        self.names = []

    def find_class(self, module, name):
        self.names.append((module, name))
        return super().find_class(module, name)


def test_a_pickle_of_a_model_names_public_places_only():
    model = nn.Sequential(
        nn.MLP(2, [3, 3, 2], "relu", "leaky_relu"), nn.LeakyReLU(0.3), nn.Dropout(), nn.BatchNorm(2),
        nn.Identity(), nn.Activation(abs), nn.Layer(2, 2, "sin", expand=True), nn.Linear(2, 2), nn.Softmax(),
    )  # fmt: skip
    pickled = pickle.dumps((model, model.layers[0]([1.0, 2.0])[0]))
    reader = Reader(pickled)
    assert repr(reader.load()[0]) == repr(model)
    ours = {place for place in reader.names if place[0].partition(".")[0] in ("autograd", "nn", "viz")}
    assert ours == {("autograd", "blank"), ("autograd", "lookup")}
    named = set(re.findall(rb"nn:(\w+)", pickled))
    assert named >= {b"MLP", b"Layer", b"Neuron", b"LeakyReLU"}
    assert named <= {name.encode() for name in nn.__all__}


def test_a_class_that_is_in_no_package_is_pickled_by_its_own_name():
    twin = pickle.loads(pickle.dumps(Everything()))
    assert type(twin) is Everything
    with pytest.raises((pickle.PicklingError, AttributeError), match="local"):
        pickle.dumps(type(nn.Module)("Local", (nn.Module,), {"__qualname__": "f.<locals>.Local"})())


def test_state_dict_is_a_copy_with_one_entry_per_attribute():
    state = nn.BatchNorm(2).state_dict()
    assert state == {
        "scale": [1.0, 1.0], "shift": [0.0, 0.0], "running_mean": [0.0, 0.0], "running_var": [1.0, 1.0],
    }  # fmt: skip
    module = Everything()
    assert module.state_dict()["rows"] == [[1.0, 2.0], [3.0, 4.0]]
    assert module.state_dict()["matrix"] == [[5.0, 6.0]]
    assert "computed" not in module.state_dict() and "sizes" not in module.state_dict()
    module.state_dict()["rows"][0][0] = 99.0
    assert module.rows[0][0].data == 1.0


def test_load_state_dict_takes_over_every_number_also_from_arrays():
    source, target = nn.MLP(2, [3, 1], rng=1), nn.MLP(2, [3, 1], rng=2)
    numpy_state = {key: np.asarray(value) for key, value in source.state_dict().items()}
    for state in (source.state_dict(), numpy_state):
        assert target.load_state_dict(state) is target
        assert target.state_dict() == source.state_dict()
    norm = nn.BatchNorm(1)
    norm.load_state_dict({"scale": [2], "shift": [3], "running_mean": [4], "running_var": [5]})
    assert (norm.running_mean, norm.running_var) == ([4.0], [5.0])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda s: s.pop("neurons.0.b"), r"missing: neurons\.0\.b\."),
        (lambda s: s.update(extra=1.0), r"unexpected: extra\."),
        (
            lambda s: s.update({"neurons.0.w": [1.0]}),
            r"neurons\.0\.w: the model has 2 numbers, the state 1 number",
        ),
        (lambda s: s.update({"neurons.0.w": 1.0}), "the model has 2 numbers, the state one number"),
        (lambda s: s.update({"neurons.0.b": [0.0]}), "the model has one number, the state 1 number"),
        (lambda s: s.update({"neurons.0.w": [[1.0, 2.0]]}), r"the state 2 numbers \(1 x 2\)"),
        (lambda s: s.update({"neurons.0.w": [[1.0], 2.0]}), "the state lists of unequal length"),
        (lambda s: s.update({"neurons.0.w": ["1", "2"]}), "'1' is not a number"),
        (lambda s: s.update({"neurons.0.b": None}), "None is not a number"),
        (
            lambda s: (s.clear(), s.update({"a": 1, "neurons.0.b": "x"})),
            r"missing: neurons\.0\.w, neurons\.1\.w, neurons\.1\.b; unexpected: a; mismatched: neurons\.0\.b",
        ),
    ],
)
def test_a_state_that_does_not_fit_is_refused_before_anything_is_changed(change, words):
    model = nn.Linear(2, 2)
    before = model.state_dict()
    state = {key: np.asarray(value) + 1 for key, value in before.items()}
    change(state)
    with pytest.raises(nn.StateError, match=rf"does not fit the Linear; nothing was changed\. .*{words}"):
        model.load_state_dict(state)
    assert model.state_dict() == before


def test_a_state_that_is_no_dictionary_is_refused():
    for state in (None, [1, 2]):
        with pytest.raises(TypeError, match="A state is a dictionary of names and numbers"):
            nn.Linear(1, 1).load_state_dict(state)


def test_importing_nn_does_not_change_the_table_that_readme_prints():
    from autograd.table import rows as primitives

    for name in ("bce", "bce_with_logits", "surprisal"):
        assert name in primitives.TABLE
        assert not hasattr(primitives, name)


@pytest.mark.parametrize("name", ["init", "features", "metrics", "norms", "reg", "schedules", "toys"])
def test_public_modules_can_be_imported_by_their_short_names(name):
    module = importlib.import_module(f"nn.{name}")
    assert module is getattr(nn, name)
    assert (module.__doc__ or "").strip()


class TwoLayers(nn.Module):
    """A model as one writes it without `Sequential`."""

    def __init__(self, **options):
        self.first = nn.Linear(2, 3, **options)
        self.second = nn.Linear(3, 1, **options)

    def forward(self, x):
        return self.second([tanh(z) for z in self.first(x)])


def test_layers_of_any_model_are_numbered_and_a_hidden_one_predicts_nothing():
    model = TwoLayers()
    assert [w.label for w in model.first.W[:, 1]] == ["w^1_{21}", "w^1_{22}", "w^1_{23}"]
    assert [w.label for w in model.second.W[0]] == ["w^2_{11}", "w^2_{21}", "w^2_{31}"]
    assert [z.label for z in model.first([1.0, 2.0])] == ["O_{11}", "O_{12}", "O_{13}"]
    assert [out.label for out in model([1.0, 2.0])] == ["O_{21}"]
    assert [out.label for out in nn.Linear(2, 1)([1.0, 2.0])] == ["ŷ"]
    assert [out.label for out in nn.Sequential(nn.Linear(2, 1))([1.0, 2.0])] == ["ŷ"]


def test_numbers_that_a_learner_gave_stay_where_they_tell_layers_apart():
    class Backwards(nn.Module):
        def __init__(self):
            self.head = nn.Linear(3, 1, number=2)
            self.body = nn.Layer(2, 3, number=1)

    model = Backwards()
    assert (model.head.W[0, 0].label, model.body.W[0, 0].label) == ("w^2_{11}", "w^1_{11}")
    assert model.head([1.0, 2.0, 3.0])[0].label == "O_{21}"


def test_networks_within_a_model_are_numbered_through():
    class Pair(nn.Module):
        def __init__(self):
            self.body = nn.MLP(2, [3, 2])
            self.heads = [nn.Linear(2, 1), nn.Linear(2, 1)]

    model = Pair()
    assert [layer.W[0, 0].label for layer in (*model.body.layers, *model.heads)] == [
        "w^1_{11}", "w^2_{11}", "w^3_{11}", "w^4_{11}",
    ]  # fmt: skip
    assert copy.deepcopy(model).heads[1].W[0, 0].label == "w^4_{11}"
