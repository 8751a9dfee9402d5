"""Use cases of the leading group, its offices and the experts. [A1] [A3.1] [M6.1.1] [M6.1.2]"""

from app.steering.service.experts import (
    end_expert,
    engage,
    expert_coverage,
    find_experts,
    find_reviews,
    get_expert,
    get_experts,
    review_expert,
)
from app.steering.service.groups import (
    appoint_holder,
    dissolve_group,
    end_holder,
    find_groups,
    find_holders,
    found_group,
    get_group,
    get_groups,
    standing,
)
from app.steering.service.merging import follow_merge, follow_parting

__all__ = [
    "appoint_holder",
    "dissolve_group",
    "end_expert",
    "end_holder",
    "engage",
    "expert_coverage",
    "find_experts",
    "find_groups",
    "find_holders",
    "find_reviews",
    "follow_merge",
    "follow_parting",
    "found_group",
    "get_expert",
    "get_experts",
    "get_group",
    "get_groups",
    "review_expert",
    "standing",
]
