"""The networks of note 002 (FX-232, FX-2321), number by number: outputs and every gradient."""

import numpy as np
import pytest

from nn import losses
from tests.layers.networks import (
    W1,
    W2,
    W3,
    X2,
    Y1,
    Y2,
    bias_grads,
    fx_232,
    fx_2321,
    network,
    numbers,
    weight_grads,
)


def close(expected):
    return pytest.approx(expected, rel=1e-8)


def test_matrices_close_to_the_notes_are_not_taken_for_theirs():
    outputs = [0.6456563062 * (1 + 1e-7)]
    assert outputs != close([0.6456563062])


@pytest.mark.row("S002-26", "S002-36", "S002-37")
def test_trace_shows_z_and_outputs_of_all_three_layers():
    first, second, third = fx_2321().trace(X2)
    assert numbers(first.z) == close([0.6, -0.1, -1.75])
    assert numbers(first.outputs) == close([0.6456563062, 0.4750208125, 0.148047198])
    assert numbers(second.z) == close([0.05518524257, 0.1661119904])
    assert numbers(second.outputs) == close([0.5137928104, 0.5414327695])
    assert numbers(third.z) == close([0.164073487])
    assert numbers(third.outputs) == close([0.5409266005])
    assert numbers(fx_2321()(X2)) == numbers(third.outputs)


@pytest.mark.row("S002-38")
def test_binary_loss_of_the_three_layer_network_for_both_labels():
    assert losses.bce(fx_2321()(X2), 1.0, reduction="sum").data == close(0.614471683)
    assert losses.bce(fx_2321()(X2), 0.0, reduction="sum").data == close(0.77854517)


@pytest.mark.row("S002-40", "S002-41", "S002-42", "S002-46")
def test_gradients_of_the_three_layer_network_agree_with_the_corrected_formulas():
    model = fx_2321()
    losses.bce(model(X2), Y1).backward()
    first, second, third = model.layers
    assert weight_grads(third) == close(np.array([[-0.2358686121, -0.2485573821]]))
    assert bias_grads(third) == close([-0.4590733995])
    assert weight_grads(second) == close(
        np.array(
            [[-0.07404452054, -0.05447586893, -0.01697820294], [0.08831049638, 0.06497160074, 0.02024935158]]
        )
    )
    assert bias_grads(second) == close([-0.114681015, 0.1367763244])
    assert weight_grads(first) == close(
        np.array(
            [
                [-0.04163058973, 0.05550745297],
                [0.04455105834, -0.05940141112],
                [-0.01693952344, 0.02258603125],
            ]
        )
    )


@pytest.mark.row("S002-43", "S002-44", "S002-45", "S002-48")
def test_the_factors_of_the_chain_stand_on_the_edges():
    model = fx_2321()
    third = model.trace(X2)[2]
    for label, slope in [(1.0, -1.848679653), (0.0, 2.178300902)]:
        assert losses.bce(third.outputs, label).partials[0] == close(slope)
    assert third.outputs[0].partials == close((0.2483250134,))
    assert third.z[0].partials[:2] == close((0.5137928104, 0.5414327695))
    loss = losses.bce(third.outputs, Y1)
    loss.backward()
    assert third.z[0].grad == close(-0.4590733994650428)


@pytest.mark.row("S002-39", "S002-47")
def test_one_step_downhill_on_the_three_layer_network():
    model = fx_2321()
    losses.bce(model(X2), Y1).backward()
    for parameter in model.parameters():
        parameter.data -= 0.5 * parameter.grad
    assert losses.bce(model(X2), Y1).data == close(0.4398075375)
    last = fx_2321()
    losses.bce(last(X2), Y1).backward()
    for weight in last.layers[2].neurons[0].w:
        weight.data -= 0.5 * weight.grad
    assert numbers(last.layers[2].neurons[0].w) == close([1.117934306, -1.075721309])
    assert losses.bce(last(X2), Y1).data == close(0.5577864087)


@pytest.mark.row("S002-25")
def test_without_biases_the_three_layer_network_has_14_weights_instead_of_20_parameters():
    bare = network(2, [W1, W2, W3])
    first, second, third = bare.trace(X2)
    assert numbers(first.outputs) == close([0.634135591, 0.5, 0.1245533582])
    assert numbers(second.outputs) == close([0.5389193447, 0.4805634638])
    assert numbers(third.outputs) == close([0.4905619182])
    assert len(bare.parameters()) == 14
    assert len(fx_2321().parameters()) == 20


@pytest.mark.row("S002-23", "S002-55", "S002-56", "S002-57")
def test_squared_loss_of_the_two_layer_network_and_both_gradients():
    model = fx_232()
    hidden, out = model.trace(X2)
    assert numbers(hidden.outputs) == close([0.634135591, 0.5, 0.1245533582])
    assert numbers(out.outputs) == close([0.5389193447, 0.4805634638])
    loss = losses.sse(out.outputs, Y2)
    assert loss.data == close(0.4435366134)
    loss.backward()
    assert weight_grads(model.layers[0]) == close(
        np.array(
            [[-0.08086953043, 0.1078260406], [0.08673695259, -0.1156492701], [-0.0298066834, 0.03974224453]]
        )
    )
    assert weight_grads(model.layers[1]) == close(
        np.array([[-0.1453080588, -0.1145717579, -0.02854059439], [0.1521409475, 0.1199593192, 0.0298826721]])
    )


@pytest.mark.row("S002-28", "S002-29", "S002-30")
def test_two_layer_network_with_linear_output_and_one_step():
    model = fx_232(output="linear")
    out = model(X2)
    assert numbers(out) == close([0.1559929361, -0.07778534148])
    loss = losses.sse(out, Y2)
    assert loss.data == close(0.7183984833)
    loss.backward()
    assert weight_grads(model.layers[0]) == close(
        np.array(
            [[-0.3949716741, 0.5266288988], [0.4947364371, -0.6596485828], [-0.2510265294, 0.3347020392]]
        )
    )
    assert weight_grads(model.layers[1]) == close(
        np.array(
            [[-1.070429837, -0.8440070639, -0.2102478283], [-0.09865290699, -0.07778534148, -0.019376851]]
        )
    )
    for parameter in model.parameters():
        parameter.data -= 0.1 * parameter.grad
    assert losses.sse(model(X2), Y2).data == pytest.approx(0.43481986, rel=1e-7)


@pytest.mark.row("E-S002-07")
def test_the_right_grouping_of_the_matrix_formula_on_the_square_network():
    model = network(2, [[[0.1, -0.2], [0.4, 0.3]], [[3.0, 1.0], [-0.5, 0.2]]])
    losses.sse(model(X2), Y2).backward()
    right = np.array([[-0.051532583, 0.068710111], [0.01179074, -0.015720987]])
    assert weight_grads(model.layers[0]) == pytest.approx(right, rel=1e-7)
