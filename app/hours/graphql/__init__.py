"""GraphQL of the hours ledger."""

from app.hours.graphql import closings, ledger

QUERIES = (ledger.Query, closings.Query)
MUTATIONS = (ledger.Mutation, closings.Mutation)
NODES = {**ledger.NODES}
