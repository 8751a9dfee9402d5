"""GraphQL of the return practice."""

from app.access.graph import Batch
from app.practice.graphql import outputs, results, stations, tasks

QUERIES = (tasks.Query, outputs.Query, stations.Query, results.Query)
MUTATIONS = (tasks.Mutation, outputs.Mutation, stations.Mutation, results.Mutation)
NODES: dict[str, Batch] = {**tasks.NODES, **outputs.NODES}
