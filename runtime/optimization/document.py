"""What the service serves of the optimizer: recommendations and the measurements behind them."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from runtime.observability.current import CurrentMetrics
from runtime.optimization.recommendation import OptimizationRecommendation


def optimization_json(
    recommendations: Iterable[OptimizationRecommendation], metrics: CurrentMetrics
) -> dict[str, Any]:
    """Return a JSON-ready document; `applicable` says whether a recommendation can be applied."""
    return {
        "recommendations": [_recommendation(each) for each in recommendations],
        "metrics": {**asdict(metrics), "error_rate": metrics.error_rate},
    }


def _recommendation(recommendation: OptimizationRecommendation) -> dict[str, Any]:
    return {
        "component": recommendation.component,
        "issue": recommendation.issue,
        "recommendation": recommendation.recommendation,
        "impact": recommendation.impact.value,
        "effort": recommendation.effort.value,
        "measured": recommendation.measured,
        "threshold": recommendation.threshold,
        "unit": recommendation.unit,
        "samples": recommendation.samples,
        "window_seconds": recommendation.window_seconds,
        "applicable": recommendation.implementation is not None,
    }
