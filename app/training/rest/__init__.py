"""REST of training 育."""

from app.training.rest import asked, completion, designs, files, sessions, surveys, work

ROUTERS = (
    surveys.router,
    designs.router,
    sessions.router,
    asked.router,
    work.router,
    files.router,
    completion.router,
)
