"""GraphQL of workshops and studios."""

from app.access.graph import Batch
from app.workshops.graphql import activities, assistance, members, reviews, under, workshops

__all__ = ["MUTATIONS", "NODES", "QUERIES", "under"]
QUERIES = (workshops.Query, members.Query, activities.Query, assistance.Query, reviews.Query)
MUTATIONS = (
    workshops.Mutation,
    members.Mutation,
    activities.Mutation,
    assistance.Mutation,
    reviews.Mutation,
)
NODES: dict[str, Batch] = {**workshops.NODES}
