"""connkit listen"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

import click

from connkit.cli.acting import Opened, Options, acting_options, is_here, mock_of, opened, staged
from connkit.cli.happenings import happening_line
from connkit.cli.listening import Listening
from connkit.cli.screen import Screen
from connkit.cli.stopping import Stopping
from connkit.core import Happening, MockService, UserError, Watch
from connkit.runtime.masking import Mask
from connkit.runtime.receiver import Receiver
from connkit.serving.server import Server
from connkit.workflows.acting import Target, at_backend, guarded, served


@click.command("listen")
@click.argument("trigger")
@click.option("--times", metavar="N", type=click.IntRange(1), help="Stop after so many notifications.")
@click.option("--story", metavar="NAME", help="Let the mock service play this story once the webhook is registered.")
@click.option(
    "--speed",
    metavar="X",
    type=click.FloatRange(0, 1_000_000),
    default=1.0,
    show_default=True,
    help="Run the mock service's clock so many times as fast as ours.",
)
@click.option("--callback", metavar="URL", help="The public address of a tunnel that leads to --callback-port.")
@click.option("--callback-port", metavar="PORT", type=int, default=0, help="Where to listen; a free port if left out.")
@acting_options
def command(
    options: Options,
    trigger: str,
    times: int | None,
    story: str | None,
    speed: float,
    callback: str | None,
    callback_port: int,
) -> int:
    """Switch a webhook trigger on, show each notification as a maker sees it, and switch it off again.

    Registers a callback on this machine at the mock service, which is served for as long as that takes, or at the
    service of --backend. Ctrl-C removes the webhook, also where it is only being registered; what is left behind is
    told with the reason.

    \b
    Example:
      connkit listen CallConnected --story incoming-answered --times 1
      connkit listen CallConnected --backend http://127.0.0.1:8321 --key-env PBX_KEY
      connkit listen CallConnected --backend https://service.example --key-env PBX_KEY \\
          --callback https://tunnel.example --callback-port 9000
    """
    found = opened(options, "listen", trigger)
    _check(options.backend, story, callback, callback_port)
    with ExitStack() as stack:
        receiver = Receiver(callback_port, callback)
        stack.callback(receiver.stop)
        target, play = _target(options, found, story, speed, _watching(Screen(Mask(receiver.secrets))), stack)
        receiver.start()
        stop = stack.enter_context(Stopping())
        stage = staged(options, found, target, receiver.secrets)
        stack.enter_context(stage.screen.errors_masked())
        return Listening(stage, receiver, stop).run(play, times)


def _check(backend: str | None, story: str | None, callback: str | None, callback_port: int) -> None:
    if backend is not None and story is not None:
        raise UserError(
            "--story is played by the mock service in this process, and --backend names another; leave out one, "
            "or start the other with 'connkit mock service --story NAME'"
        )
    if callback is not None and not callback_port:
        raise UserError("--callback needs the port that the tunnel leads to; add --callback-port PORT")
    if backend is not None and callback is None and not is_here(backend):
        raise UserError(
            "the service of --backend has to reach the callback, and one on this machine it cannot; open a tunnel to "
            "a port and add --callback URL-OF-THE-TUNNEL --callback-port PORT"
        )


def _target(
    options: Options, found: Opened, story: str | None, speed: float, watch: Watch, stack: ExitStack
) -> tuple[Target, Callable[[], object]]:
    """What to act on, and what makes something happen there once the webhook is registered."""
    if options.backend is not None:
        return at_backend(found.connector, options.backend, found.typed), _nothing
    mock = mock_of(found)
    if story is not None and story not in mock.stories():
        raise UserError(f"there is no story '{story}'; there are {', '.join(mock.stories()) or 'none'}")
    origin = _serve(mock, speed, watch, stack)
    play = partial(guarded(mock.play), story) if story is not None else _nothing
    return served(found.connector, mock, origin, found.typed), play


def _serve(mock: MockService, speed: float, watch: Watch, stack: ExitStack) -> str:
    server = stack.enter_context(Server(mock.refusal))
    server.start(guarded(mock.open)(server.origin, speed, watch))
    stack.callback(mock.close, 0.0)
    return server.origin


def _watching(screen: Screen) -> Watch:
    """Tells the events at the mock service; its requests are this command's own."""

    def watch(happening: Happening) -> None:
        if happening.kind == "event":
            screen.note(happening_line(happening))

    return watch


def _nothing() -> None:
    pass
