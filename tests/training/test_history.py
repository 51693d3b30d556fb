"""The record of a run, and what it says of itself."""

import math

from nn import History


def test_the_best_epoch_is_that_of_the_lowest_validation_loss():
    assert History(loss=[3.0, 2.0], val_loss=[3.0, 1.0, 2.0]).best_epoch == 1
    assert History(loss=[3.0, 2.0]).best_epoch == 1
    assert History().best_epoch is None
    assert History(val_loss=[math.nan, 2.0, math.nan]).best_epoch == 1


def test_repr_tells_the_run_in_one_line():
    assert repr(History()) == "History(0 epochs)"
    assert repr(History(loss=[2.0], stopped="all 1 epochs done")) == (
        "History(1 epoch, loss 2 -> 2; all 1 epochs done)"
    )
