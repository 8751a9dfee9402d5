"""GraphQL of the scorecard."""

from app.performance.graphql import card, marks

QUERIES = (card.Query,)
MUTATIONS = (card.Mutation, marks.Mutation)
