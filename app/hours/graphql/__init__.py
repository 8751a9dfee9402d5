"""GraphQL of the hours ledger."""

from app.hours.graphql import closings, ledger, reports

QUERIES = (ledger.Query, closings.Query, reports.Query)
MUTATIONS = (ledger.Mutation, closings.Mutation)
NODES = {**ledger.NODES}
