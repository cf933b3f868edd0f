"""What would make the service faster or steadier, from what was measured of it (OPT-01…13)."""

from runtime.optimization.document import optimization_json
from runtime.optimization.performance_optimizer import PerformanceOptimizer
from runtime.optimization.recommendation import (
    Level,
    OptimizationRecommendation,
    PerformanceProfile,
)

__all__ = [
    "Level",
    "OptimizationRecommendation",
    "PerformanceOptimizer",
    "PerformanceProfile",
    "optimization_json",
]
