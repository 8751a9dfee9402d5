"""GraphQL of the trainer team."""

from app.access.graph import Batch
from app.trainers.graphql import applications, appointments, communities, work

QUERIES = (appointments.Query, applications.Query, work.Query, communities.Query)
MUTATIONS = (appointments.Mutation, applications.Mutation, work.Mutation, communities.Mutation)
NODES: dict[str, Batch] = {**appointments.NODES, **applications.NODES}
