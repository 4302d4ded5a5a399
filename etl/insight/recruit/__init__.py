"""Where the next recruits close the most unmet demand, and what changes if they come."""

from etl.insight.recruit.plan import Plan, recruit
from etl.insight.recruit.what_if import Coverage, read_communes, read_places, what_if

__all__ = ["Coverage", "Plan", "read_communes", "read_places", "recruit", "what_if"]
