"""GraphQL of the hours ledger."""

from app.hours.graphql import ledger

QUERIES = (ledger.Query,)
MUTATIONS = (ledger.Mutation,)
NODES = {**ledger.NODES}
