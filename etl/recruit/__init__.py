"""Where the next recruits close the most unmet demand, and what changes if they come."""

from etl.recruit.plan import Plan, recruit
from etl.recruit.what_if import Area, Coverage, read_area, what_if

__all__ = ["Area", "Coverage", "Plan", "read_area", "recruit", "what_if"]
