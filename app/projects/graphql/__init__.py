"""GraphQL of training projects."""

from app.access.graph import Batch
from app.projects.graphql import nominations, parts, plans, projects

QUERIES = (plans.Query, projects.Query, parts.Query, nominations.Query)
MUTATIONS = (plans.Mutation, projects.Mutation, parts.Mutation, nominations.Mutation)
NODES: dict[str, Batch] = {**plans.NODES, **projects.NODES, **nominations.NODES}
