"""The application for a WSGI server: `gunicorn wsgi:app`."""

from qa_app.app import create_app

app = create_app()
