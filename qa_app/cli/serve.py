"""`qa-app serve`: the site on the embedded server, with the job worker inside."""

from __future__ import annotations

import logging

import click

from qa_app.cli.site import Parts, open_site


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.pass_obj
def serve(parts: Parts, host: str, port: int) -> None:
    """Serve the site, with the job worker inside."""
    from waitress.server import create_server

    from qa_app.domain.errors import QAError

    # A waiting request is no news; how many wait is for the metrics.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    try:
        with open_site() as site, parts.worker().running_worker(site):
            app = parts.create_app(site)
            server = create_server(
                app,
                host=host,
                port=port,
                threads=8,
                connection_limit=1000,
                ident=None,
                channel_timeout=120,
                max_request_body_size=site.settings.upload_limit_mb << 20,
            )
            click.echo(f"Serving on http://{host}:{port} - press Ctrl+C to stop.")
            try:
                server.run()
            except KeyboardInterrupt:
                pass
            finally:
                server.close()
    except (QAError, OSError) as error:
        raise click.ClickException(str(error)) from error
