"""REST of workshops and studios."""

from app.workshops.rest import activities, assistance, files, members, plans, reviews, workshops

ROUTERS = (
    workshops.router,
    members.router,
    plans.router,
    activities.router,
    reviews.router,
    assistance.router,
    files.router,
)
