"""The transformer: PyTorch's block and model, replay and training, labels, pictures, arguments."""

import numpy as np
import pytest

import nn
import viz
from autograd import Graph, Value, dot, gradcheck, no_grad, record
from nn.losses import ce_with_logits
from tests.program.agreement import disagreement
from tests.program.compiling import needs_compiler
from tests.sequence.test_attention import grads, leaves, numbers, weighted

BACKENDS = ["numpy", pytest.param("native", marks=needs_compiler)]


def small(**options):
    return nn.Transformer(5, 4, width=4, heads=2, hidden=6, rng=2, **options)


def labels_of(result):
    return [node.value.label for node in Graph(result).nodes if node.value is not None and node.value.label]


def test_a_block_and_its_gradients_are_those_of_pytorch():
    torch = pytest.importorskip("torch")
    ours = nn.TransformerBlock(6, 2, 8, norm="layer", rng=5)
    theirs = torch.nn.TransformerEncoderLayer(
        6, 2, 8, dropout=0.0, norm_first=True, bias=False, batch_first=True, dtype=torch.float64
    )
    attention = ours.attention
    stacked = np.vstack([numbers(m.rows) for m in (attention.query, attention.key, attention.value)])
    pairs = {
        "self_attn.in_proj_weight": stacked, "self_attn.out_proj.weight": numbers(attention.mix.rows),
        "linear1.weight": numbers(ours.up.rows), "linear2.weight": numbers(ours.down.rows),
    }  # fmt: skip
    theirs.load_state_dict({k: torch.tensor(v) for k, v in pairs.items()}, strict=False)
    rng = np.random.default_rng(2)
    X, weights = rng.normal(size=(2, 4, 6))
    x, tensor = leaves(X), torch.tensor(X[None], requires_grad=True)
    out = ours(x)
    expected = theirs(tensor, torch.triu(torch.ones(4, 4, dtype=torch.bool), 1))
    assert numbers(out) == pytest.approx(expected[0].detach().numpy(), rel=1e-10, abs=1e-13)
    weighted(out, weights).backward()
    expected[0].backward(torch.tensor(weights))
    assert grads(x) == pytest.approx(tensor.grad[0].numpy(), rel=1e-9, abs=1e-12)
    for ours_, theirs_ in ((ours.up, theirs.linear1), (ours.down, theirs.linear2)):
        assert grads(ours_.rows) == pytest.approx(theirs_.weight.grad.numpy(), rel=1e-9, abs=1e-12)


def test_the_loss_and_every_gradient_are_those_of_pytorch():
    torch = pytest.importorskip("torch")
    model = small(blocks=2, activation="gelu")
    tokens, following = [3, 0, 3, 4], [0, 3, 4, 1]
    loss = ce_with_logits(model(tokens), following)
    loss.backward()
    named = dict(model.named_parameters())
    state = {
        key: torch.tensor(array, dtype=torch.float64, requires_grad=True)
        for key, array in model.state_dict().items()
    }
    norm = torch.nn.functional.rms_norm
    x = state["tokens.table"][tokens] + state["positions.table"]
    for b in range(2):
        part = {k.removeprefix(f"blocks.{b}."): v for k, v in state.items()}
        y = norm(x, (4,), part["norm1.scale"], 1e-5)
        q, k, v = (
            (y @ part[f"attention.{name}.rows"].T).reshape(4, 2, 2).transpose(0, 1)
            for name in ("query", "key", "value")
        )
        y = torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + y.transpose(0, 1).reshape(4, 4) @ part["attention.mix.rows"].T
        y = torch.nn.functional.gelu(norm(x, (4,), part["norm2.scale"], 1e-5) @ part["up.rows"].T)
        x = x + y @ part["down.rows"].T
    logits = norm(x, (4,), state["norm.scale"], 1e-5) @ state["output.rows"].T
    expected = torch.nn.functional.cross_entropy(logits, torch.tensor(following))
    expected.backward()
    assert loss.data == pytest.approx(expected.item(), rel=1e-13)
    for key, tensor in state.items():
        flat = [p.grad or 0.0 for name, p in named.items() if name == key or name.startswith(key + ".")]
        assert flat == pytest.approx(tensor.grad.numpy().ravel(), rel=1e-9, abs=1e-13), key


def test_gradients_are_those_of_finite_differences():
    model = small(activation="silu")
    weights = model.blocks[0].attention.key.rows

    def loss(rows):
        model.blocks[0].attention.key.rows = rows
        return ce_with_logits(model([3, 0, 1]), [0, 1, 2])

    report = gradcheck(loss, ([[w.data for w in row] for row in weights],))
    assert {entry.verdict.status for entry in report.entries} == {"agree"}
    assert len(report.entries) == 16


@pytest.mark.parametrize("backend", BACKENDS)
def test_tokens_are_inputs_of_a_recording(backend):
    model = nn.Transformer(3, 3, width=2, heads=2, hidden=2, rng=2)
    program = record(lambda x, y: ce_with_logits(model(x), y), [0.0] * 3, [0.0] * 3, backend=backend)
    assert program.backend == backend
    rows = np.random.default_rng(0).integers(0, 3, size=(3, 6)).astype(float)
    assert disagreement(program, program.loss, program.inputs, rows, ulps=2000) == []
    for row, loss in zip(rows, program.forward(rows), strict=True):
        with no_grad():
            assert loss == pytest.approx(ce_with_logits(model(row[:3]), row[3:].tolist()).data, rel=1e-12)
    with pytest.raises(IndexError, match=r"take\(table, 3\): a table of 3 is looked up at 0 to 2"):
        program.forward([[0.0, 3.0, 0.0, 0.0, 0.0, 0.0]])


def test_fit_learns_the_same_by_every_backend():
    text = np.random.default_rng(0).integers(0, 5, size=(6, 5))
    ends = {}
    for backend in ("eager", "numpy"):
        model = small()
        adam = nn.optim.Adam(model.parameters(), lr=0.05)
        data = text[:, :-1], text[:, 1:]
        history = nn.fit(model, ce_with_logits, adam, data, epochs=4, batch_size=4, backend=backend)
        ends[backend] = [history.loss, [p.data for p in model.parameters()]]
    assert history.loss[-1] < history.loss[0]
    for eager, numpy in zip(ends["eager"], ends["numpy"], strict=True):
        assert numpy == pytest.approx(eager, rel=1e-9, abs=1e-11)


@pytest.mark.parametrize("backend", ["eager", *BACKENDS])
def test_documents_padded_to_one_length_train_as_each_by_its_own(backend):
    lengths, text = [3, 1, 4, 2, 4, 3], np.random.default_rng(1).integers(0, 5, size=(6, 5))
    alone = small()
    adam, losses = nn.optim.Adam(alone.parameters(), lr=0.05), []
    for n, tokens in zip(lengths, text.tolist(), strict=True):
        for p in alone.parameters():  # what a short document does not reach has the gradient 0, not none
            p.grad = 0.0
        loss = ce_with_logits(alone(tokens[:n]), tokens[1 : n + 1])
        loss.backward()
        adam.step()
        losses.append(loss.data)

    padded = small()
    inside = np.arange(4) < np.array(lengths)[:, None]
    shares = inside / inside.sum(axis=1, keepdims=True)
    tokens, following = np.where(inside, text[:, :-1], 0), np.where(inside, text[:, 1:], 0)

    def mean(logits, target):
        return dot(target[4:], ce_with_logits(logits, target[:4], reduction="none"))

    history = nn.fit(
        padded, mean, nn.optim.Adam(padded.parameters(), lr=0.05), (tokens, np.hstack([following, shares])),
        epochs=1, batch_size=1, backend=backend, rng=None,
    )  # fmt: skip
    assert history.loss[0] == pytest.approx(np.mean(losses), rel=1e-12)
    ends = [[p.data for p in model.parameters()] for model in (alone, padded)]
    assert ends[1] == pytest.approx(ends[0], rel=1e-9, abs=1e-11)


def test_no_logit_depends_on_a_later_token_unless_the_model_sees_all():
    with no_grad():
        for causal in (True, False):
            model = small(causal=causal)
            first, second = numbers(model([1, 2, 3])), numbers(model([1, 2, 4]))
            assert (first[:2] == second[:2]).all() == causal
            assert (first[2] != second[2]).any()


def test_all_that_is_computed_has_a_place_in_its_label():
    model = small(blocks=2)
    logits = model([1, 2, 3])
    assert logits[2][4].label == "z_{35}"
    labels = labels_of(logits[2][0])
    results = {"x^0_{31}", "q^1_{31}", "k^2_{12}", "a^2_{131}", "h^1_{36}", "x^2_{34}", "z_{31}"}
    weights = {"E_{41}", "P_{31}", "Q^1_{11}", "M^2_{44}", "U^1_{64}", "D^2_{46}", "gamma^5_{4}", "L_{14}"}
    assert results | weights <= {*labels}
    assert len(labels) == len({*labels})


def test_labels_of_neurons_without_activation_are_theirs():
    hidden = small(activation=None)([1])[0][0]
    assert "h^1_{11}" in labels_of(hidden)


def test_the_model_shows_its_sizes():
    lines = repr(small()).splitlines()
    assert lines[:4] == [
        "Transformer(5 tokens, context 4): 180 parameters",
        "  tokens: Embedding(5, 4): 20 parameters",
        "  positions: Embedding(4, 4): 16 parameters",
        "  blocks.0: TransformerBlock(4, 2 heads, 6 hidden, relu): 120 parameters",
    ]
    assert lines[-2:] == ["  norm: RMSNorm(4): 4 parameters", "  output: Matrix(4 -> 5): 20 parameters"]


def test_it_is_saved_and_loaded_and_seeded(tmp_path):
    model = small()
    model.save(tmp_path / "gpt.json")
    other = nn.Transformer(5, 4, width=4, heads=2, hidden=6, rng=3)
    assert other.state_dict() != model.state_dict()
    assert other.load(tmp_path / "gpt.json").state_dict() == model.state_dict() == small().state_dict()


def test_its_graph_and_its_paths_are_drawn():
    model = nn.Transformer(2, 2, width=2, heads=1, hidden=1, rng=1)
    logits = model([0, 1])
    assert "a¹₁₂₁" in viz.graph(logits[1][0]).text
    loss = ce_with_logits(logits, [1, 0])
    assert "k¹₁₁" in viz.paths(loss, "k^1_{11}").text


def test_arguments_are_checked():
    with pytest.raises(ValueError, match="vocabulary must be >= 2, got 1"):
        nn.Transformer(1, 4)
    with pytest.raises(ValueError, match="context must be >= 1, got 0"):
        nn.Transformer(5, 0)
    with pytest.raises(ValueError, match="blocks must be >= 1, got 0"):
        nn.Transformer(5, 4, blocks=0)
    with pytest.raises(ValueError, match=r"Attention\(width=6, heads=4\)"):
        nn.Transformer(5, 4, width=6)
    with pytest.raises(ValueError, match=r"There is no norm 'batch'\. Known: rms, layer"):
        nn.Transformer(5, 4, norm="batch")
    with pytest.raises(ValueError, match="hidden must be >= 1, got 0"):
        nn.Transformer(5, 4, hidden=0)


def test_a_sequence_is_checked():
    model = small()
    who = r"Transformer\(5 tokens, context 4\) got "
    with pytest.raises(ValueError, match=who + r"5 tokens, and it has vectors for 4 positions.*context=5"):
        model([0] * 5)
    with pytest.raises(ValueError, match=who + "no token"):
        model([])
    for token in (5, -1, 0.5, "a"):
        with pytest.raises(IndexError, match=who + rf"'?{token}'? at place 1, .* numbers 0 to 4\.$"):
            model([0, token])
    with pytest.raises(IndexError, match=r"got \[0, 1\] at place 0.*forward_batch"):
        model([[0, 1], [1, 2]])
    with pytest.raises(TypeError, match="takes a sequence of tokens"):
        model(3)
    assert len(model.forward_batch([[0, 1], [1, 2, 3]])[1]) == 3
    assert model([Value(1.0)])[0][0].data == model([1])[0][0].data
