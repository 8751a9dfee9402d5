"""GraphQL of school-based research."""

from app.access.graph import Batch
from app.school_research.graphql import activities, archive, assessments, development, inspections, plans

QUERIES = (plans.Query, activities.Query, inspections.Query, assessments.Query, development.Query, archive.Query)
MUTATIONS = (
    plans.Mutation,
    activities.Mutation,
    inspections.Mutation,
    assessments.Mutation,
    development.Mutation,
    archive.Mutation,
)
NODES: dict[str, Batch] = {**plans.NODES, **activities.NODES, **inspections.NODES, **development.NODES}
