"""Logistic regression with a ridge, by L-BFGS, on sparse vectors: the same numbers every time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

RIDGE = 0.1
STEPS = 60


def logistic(
    rows: csr_array, wanted: NDArray[np.float64], counts_for: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Weights of the features and, last, the intercept.

    `wanted`: the chance, in [0, 1], that a row is of the class (0.5 where coders differ);
    `counts_for`: what each row counts for. Deterministic: sums are made in one order.
    """
    from scipy.optimize import fmin_l_bfgs_b

    turned = rows.T.tocsr()

    def loss(at: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights, odds = at[:-1], rows @ at[:-1] + at[-1]
        total = (counts_for * (np.logaddexp(0, odds) - wanted * odds)).sum()
        slope = counts_for * (chance(odds) - wanted)
        gradient = np.append(turned @ slope + RIDGE * weights, slope.sum())
        return float(total + RIDGE / 2 * (weights @ weights)), gradient

    found, _, _ = fmin_l_bfgs_b(loss, np.zeros(rows.shape[1] + 1), m=10, maxiter=STEPS)
    return np.asarray(found, np.float64)


def scaled(odds: NDArray[np.float64], wanted: NDArray[np.float64]) -> tuple[float, float]:
    """Slope and intercept that turn odds into a calibrated chance.

    Platt, J. (1999), "Probabilistic Outputs for Support Vector Machines", on odds of statements
    whose hand was left out of training.
    """
    from scipy.optimize import fmin_l_bfgs_b

    def loss(at: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        fitted = at[0] * odds + at[1]
        slope = (chance(fitted) - wanted) / len(odds)
        total = (np.logaddexp(0, fitted) - wanted * fitted).mean()
        return float(total), np.array([slope @ odds, slope.sum()])

    found, _, _ = fmin_l_bfgs_b(loss, np.array([1.0, 0.0]))
    return float(found[0]), float(found[1])


def chance(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """The logistic function."""
    with np.errstate(over="ignore"):
        return np.asarray(1 / (1 + np.exp(-odds)), np.float64)
