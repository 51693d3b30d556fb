"""The small data sets that the rows of the course notes name (FX-...), as arrays with one sample per row."""

from functools import partial

import numpy as np
import pytest

close = partial(pytest.approx, rel=1e-8)  # the notes' tables print ten digits

# FX-A: 2 features, 2 samples; the notes write the samples as columns.
A_X, A_Y = np.array([[1.0, 3.0], [2.0, 4.0]]), np.array([5.0, 8.0])
A_W, A_B = [0.5, -1.0], 0.25
# FX-B: 3 features, 4 samples.
B_X = np.array([[1.0, 0.0, 2.0], [2.0, 1.0, -1.0], [3.0, 0.0, 1.0], [4.0, 1.0, 0.0]])
B_Y = np.array([1.0, 2.0, 3.0, 5.0])
B_W, B_B = [0.1, 0.2, 0.3], 0.4
# FX-LINE: the first column is the constant 1.
LINE_X, LINE_Y = np.array([[1.0, 1], [1, 2], [1, 3], [1, 4]]), np.array([2.0, 3, 5, 6])
LINE_THETA = np.array([0.5, 1.4])
# FX-LOGIT and FX-LOGIT4 share the start w, b.
LOGIT_X, LOGIT_Y = np.array([[1.0, 2.0]]), np.array([1.0])
LOGIT4_X = np.array([[1.0, 2.0], [2.0, 0.5], [-1.0, 1.0], [0.0, -2.0]])
LOGIT4_Y = np.array([1.0, 1.0, 0.0, 0.0])
LOGIT_W, LOGIT_B = [0.5, -0.25], 0.1
# FX-F4: linear regression, 4 inputs, 3 samples.
F4_X = np.array([[1.0, 0, 2, -1], [0, 1, 1, 1], [2, 1, 0, 3]])
F4_Y, F4_W = np.array([1.0, 2, 3]), [0.1, 0.2, 0.3, 0.4]
# FX-ES: early stopping; training and validation targets differ.
ES_X = np.array([[1.0, 0.5], [-1, 0.5], [1, -0.5], [-1, -0.5]])
ES_TRAIN, ES_VALIDATION = ES_X @ [1.0, 0.8], ES_X[:, 0]
# FX-POLY: ten wavy points and the nine between them.
POLY_X = np.linspace(-1, 1, 10)
POLY_Y = np.sin(3 * POLY_X) + 0.2 * (-1.0) ** np.arange(10)
POLY_VALIDATION_X = (POLY_X[:-1] + POLY_X[1:]) / 2
POLY_VALIDATION_Y = np.sin(3 * POLY_VALIDATION_X)
# FX-SQLOG: one weight, three samples, all of class 1.
SQLOG_X, SQLOG_Y = np.array([[10.0], [-1.0], [0.1]]), np.ones(3)
