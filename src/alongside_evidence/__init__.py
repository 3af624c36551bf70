"""Statistics for who does what: shares, differences and intervals that refuse to mislead.

Needs NumPy only; knows nothing of Django, of the product, or of where answers come from.
``docs/evidence.md`` states the formulas, what is refused and why, and the JSON shapes.
"""

from alongside_evidence.agreement import agreement, agreement_of_counts
from alongside_evidence.answer_shares import shares
from alongside_evidence.approximate import abc
from alongside_evidence.attacker import Range, attack, ranges
from alongside_evidence.bootstrap import bca
from alongside_evidence.changes import changes
from alongside_evidence.closing import CannotClose, Closing, close_row, close_tables
from alongside_evidence.comparisons import Agreement, ChangesTable, Measure, ResponseBias
from alongside_evidence.coordination import coordination_table
from alongside_evidence.hours import Hours, ValuedHours, Wages, value_hours
from alongside_evidence.jackknife import acceleration
from alongside_evidence.linked import LinkedTables, Relation, link
from alongside_evidence.patterns import Patterns
from alongside_evidence.proportions import clopper_pearson, newcombe, newcombe_paired, wilson
from alongside_evidence.raking import rake
from alongside_evidence.reading import UnreadableTable
from alongside_evidence.response import Moments, bounds, response_bias, standardised_difference
from alongside_evidence.results import Interval, NotComputable, Refused
from alongside_evidence.rounding import Rounding, round_small_counts
from alongside_evidence.several import holm, max_t
from alongside_evidence.tables import CoordinationTable, SharesTable
from alongside_evidence.weighting import Weighting, replicate_weights

__all__ = [
    "Agreement",
    "CannotClose",
    "ChangesTable",
    "Closing",
    "CoordinationTable",
    "Hours",
    "Interval",
    "LinkedTables",
    "Measure",
    "Moments",
    "NotComputable",
    "Patterns",
    "Range",
    "Refused",
    "Relation",
    "ResponseBias",
    "Rounding",
    "SharesTable",
    "UnreadableTable",
    "ValuedHours",
    "Wages",
    "Weighting",
    "abc",
    "acceleration",
    "agreement",
    "agreement_of_counts",
    "attack",
    "bca",
    "bounds",
    "changes",
    "clopper_pearson",
    "close_row",
    "close_tables",
    "coordination_table",
    "holm",
    "link",
    "max_t",
    "newcombe",
    "newcombe_paired",
    "rake",
    "ranges",
    "replicate_weights",
    "response_bias",
    "round_small_counts",
    "shares",
    "standardised_difference",
    "value_hours",
    "wilson",
]
