"""GraphQL of school-based research."""

from app.access.graph import Batch
from app.school_research.graphql import activities, plans

QUERIES = (plans.Query, activities.Query)
MUTATIONS = (plans.Mutation, activities.Mutation)
NODES: dict[str, Batch] = {**plans.NODES, **activities.NODES}
