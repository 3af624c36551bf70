"""Names for the arrays and functions that the library passes around."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]
#: Maps weights (..., k) to (...,) or (..., m).
Statistic: TypeAlias = Callable[[Floats], Floats]
