"""GraphQL of school-based research."""

from app.access.graph import Batch
from app.school_research.graphql import activities, assessments, development, inspections, plans

QUERIES = (plans.Query, activities.Query, inspections.Query, assessments.Query, development.Query)
MUTATIONS = (plans.Mutation, activities.Mutation, inspections.Mutation, assessments.Mutation, development.Mutation)
NODES: dict[str, Batch] = {**plans.NODES, **activities.NODES, **inspections.NODES, **development.NODES}
