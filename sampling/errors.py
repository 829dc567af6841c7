"""Errors of the sampling library.

Every error carries an English message for the log, a stable ``code`` and the ``details`` that an
application needs to say the same thing in the reader's language. Leaves out all translation.

::

    SamplingError                  anything this library refuses
    ├── SeedError                  the public seed is unusable
    ├── FrameError                 the list of units is unusable: missing, repeated, look-alike ids
    │   └── ChangedFrameError      the frame is not the one that was frozen
    ├── DesignError                the design cannot be carried out or makes no sense
    │   └── AllocationError        no allocation meets the limits
    ├── DrawError                  the draw may not be made, extended or repeated
    │   ├── EarlySeedError         the seed is dated before the frame was frozen
    │   └── SecondSeedError        the frame already has its seed
    ├── CertificateError           a certificate is not well formed or does not hold
    └── EstimationError            the data do not support the estimate asked for
        ├── ZeroVarianceError      no sampled stratum varies: give an exact bound instead
        ├── LonelyUnitError        a stratum has one sampled unit and no rule was chosen
        ├── CalibrationError       weights that meet the margins do not exist or were not found
        └── ConvergenceError       an iteration did not settle
"""

from __future__ import annotations


class SamplingError(Exception):
    """Anything this library refuses; the message says where, what and what to do."""

    default_code = "sampling"

    def __init__(self, message: str, *, code: str | None = None, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.details = details


class SeedError(SamplingError):
    """The public seed is unusable; give another text of at least twenty characters."""

    default_code = "seed"


class FrameError(SamplingError):
    """The list of units cannot be sampled; the message names the rows or identifiers to mend."""

    default_code = "frame"


class ChangedFrameError(FrameError):
    """The frame differs from the one that was frozen; restore the frozen file."""

    default_code = "frame_changed"


class DesignError(SamplingError):
    """The sampling design cannot be carried out; change sizes, strata or method."""

    default_code = "design"


class AllocationError(DesignError):
    """No allocation meets the limits; raise the cap, the total or the permitted variation."""

    default_code = "allocation"


class DrawError(SamplingError):
    """The draw may not be made, extended or repeated in this way."""

    default_code = "draw"


class EarlySeedError(DrawError):
    """The seed is dated before the frame hash; give a new seed in public after freezing."""

    default_code = "seed_too_early"


class SecondSeedError(DrawError):
    """The frame already has its seed; extend the existing draw instead of drawing again."""

    default_code = "second_seed"


class CertificateError(SamplingError):
    """A draw certificate is not well formed or does not agree with the frame."""

    default_code = "certificate"


class EstimationError(SamplingError):
    """The data do not support the estimate asked for; the message names the column or stratum."""

    default_code = "estimation"


class ZeroVarianceError(EstimationError):
    """No sampled stratum varies; report an exact upper limit instead of a zero-width interval."""

    default_code = "zero_variance"


class LonelyUnitError(EstimationError):
    """A stratum has a single sampled unit; choose a lonely-unit rule or merge strata."""

    default_code = "lonely_unit"


class CalibrationError(EstimationError):
    """No weights meet the margins; merge cells, relax bounds or correct the margins."""

    default_code = "calibration"


class ConvergenceError(EstimationError):
    """An iteration did not settle; relax the tolerance or simplify the model."""

    default_code = "convergence"
