"""GraphQL of workshops and studios."""

from app.access.graph import Batch
from app.workshops.graphql import members, workshops

QUERIES = (workshops.Query, members.Query)
MUTATIONS = (workshops.Mutation, members.Mutation)
NODES: dict[str, Batch] = {**workshops.NODES}
