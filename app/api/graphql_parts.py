"""The parts of the GraphQL schema: what every domain adds to queries, mutations and records by global id."""

from app.access import graph
from app.accounts import graphql as accounts
from app.archive import graphql as archive
from app.assistance import graphql as assistance
from app.cases import graphql as cases
from app.certificates import graphql as certificates
from app.consultations import graphql as consultations
from app.corrections import graphql as corrections
from app.deliveries import graphql as deliveries
from app.evaluations import graphql as evaluations
from app.exports import graphql as exports
from app.funds import graphql as funds
from app.hours import graphql as hours
from app.organisations import graphql as organisations
from app.performance import graphql as performance
from app.portfolio import graphql as portfolio
from app.practice import graphql as practice
from app.projects import graphql as projects
from app.publications import graphql as publications
from app.school_research import graphql as school_research
from app.steering import graphql as steering
from app.teachers import graphql as teachers
from app.trainers import graphql as trainers
from app.training import graphql as training
from app.workshops import graphql as workshops

NODES: dict[str, graph.Batch] = {
    **accounts.NODES,
    **organisations.NODES,
    **teachers.NODES,
    **corrections.NODES,
    **publications.NODES,
    **cases.NODES,
    **hours.NODES,
    **trainers.NODES,
    **practice.NODES,
    **school_research.NODES,
    **projects.NODES,
    **steering.NODES,
    **deliveries.NODES,
    **funds.NODES,
    **consultations.NODES,
    **certificates.NODES,
    **archive.NODES,
    **exports.NODES,
    **workshops.NODES,
    **evaluations.NODES,
}
QUERIES = (
    accounts.Query,
    organisations.Query,
    teachers.Query,
    portfolio.Query,
    corrections.Query,
    publications.Query,
    cases.Query,
    assistance.Query,
    *hours.QUERIES,
    *trainers.QUERIES,
    *practice.QUERIES,
    *school_research.QUERIES,
    *projects.QUERIES,
    *training.QUERIES,
    *performance.QUERIES,
    steering.Query,
    deliveries.Query,
    funds.Query,
    consultations.Query,
    certificates.Query,
    archive.Query,
    exports.Query,
    *workshops.QUERIES,
    *evaluations.QUERIES,
)
MUTATIONS = (
    accounts.Mutation,
    organisations.Mutation,
    teachers.Mutation,
    corrections.Mutation,
    publications.Mutation,
    cases.Mutation,
    assistance.Mutation,
    *hours.MUTATIONS,
    *trainers.MUTATIONS,
    *practice.MUTATIONS,
    *school_research.MUTATIONS,
    *projects.MUTATIONS,
    *training.MUTATIONS,
    *performance.MUTATIONS,
    steering.Mutation,
    deliveries.Mutation,
    funds.Mutation,
    consultations.Mutation,
    certificates.Mutation,
    archive.Mutation,
    exports.Mutation,
    *workshops.MUTATIONS,
    *evaluations.MUTATIONS,
)
