"""GraphQL of the trainer team."""

from app.access.graph import Batch
from app.trainers.graphql import applications, appointments, work

QUERIES = (appointments.Query, applications.Query, work.Query)
MUTATIONS = (appointments.Mutation, applications.Mutation, work.Mutation)
NODES: dict[str, Batch] = {**appointments.NODES, **applications.NODES}
