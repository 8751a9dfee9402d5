"""GraphQL of the hours ledger and of school sheets."""

from app.access.graph import Batch
from app.hours.graphql import certificates, closings, disputes, files, ledger, reports, seals, submissions

__all__ = ["MUTATIONS", "NODES", "QUERIES", "files"]
QUERIES = (ledger.Query, closings.Query, reports.Query, seals.Query, submissions.Query, disputes.Query)
MUTATIONS = (
    ledger.Mutation,
    closings.Mutation,
    certificates.Mutation,
    seals.Mutation,
    submissions.Mutation,
    disputes.Mutation,
)
NODES: dict[str, Batch] = {**ledger.NODES, **submissions.NODES, **disputes.NODES}
