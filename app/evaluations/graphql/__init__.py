"""GraphQL of evaluations."""

from app.access.graph import Batch
from app.evaluations.graphql import awards, campaigns, candidates, rubrics, sheets

QUERIES = (rubrics.Query, campaigns.Query, candidates.Query, sheets.Query, awards.Query)
MUTATIONS = (rubrics.Mutation, campaigns.Mutation, candidates.Mutation, sheets.Mutation, awards.Mutation)
NODES: dict[str, Batch] = {
    **rubrics.NODES,
    **campaigns.NODES,
    **candidates.NODES,
    **sheets.NODES,
    **awards.NODES,
}
