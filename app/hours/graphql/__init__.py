"""GraphQL of the hours ledger."""

from app.hours.graphql import certificates, closings, ledger, reports

QUERIES = (ledger.Query, closings.Query, reports.Query)
MUTATIONS = (ledger.Mutation, closings.Mutation, certificates.Mutation)
NODES = {**ledger.NODES}
