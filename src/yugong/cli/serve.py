"""`yugong serve [STUDY]`: the workbench in the browser, on this machine alone."""

from typing import Annotated

import typer

from yugong.base.text import Text


def add(app: typer.Typer) -> None:
    """Attach the verb to the command."""
    app.command(
        "serve",
        help=Text(
            "工作台：在浏览器里诊断、模拟、设计；只有本机能访问",
            "the workbench in the browser; only this machine can reach it",
        ).in_(),
    )(serve)


def serve(
    path: Annotated[
        str, typer.Argument(metavar="STUDY", help=Text("研究文件夹，或 china", "a study's folder, or china").in_())
    ] = "china",
    port: Annotated[
        int, typer.Option(help=Text("端口；被占用则取下一个", "port; the next free one if taken").in_())
    ] = 8631,
    no_open: Annotated[
        bool, typer.Option("--no-open", help=Text("不打开浏览器", "do not open the browser").in_())
    ] = False,
    host: Annotated[
        str,
        typer.Option(
            help=Text(
                "监听的地址；不是本机地址时须同时写 --allow-host，并自备 TLS",
                "address to listen on; other than this machine's needs --allow-host too, and TLS of your own",
            ).in_()
        ),
    ] = "127.0.0.1",
    allow_host: Annotated[
        list[str] | None,
        typer.Option(help=Text("另外回应的主机名，可重复", "a further host name; may be repeated").in_()),
    ] = None,
) -> None:
    """Open a study in the browser."""
    from yugong.base.errors import YugongError
    from yugong.workbench.bench import Bench
    from yugong.workbench.server import serve as run

    if host not in ("127.0.0.1", "localhost", "::1") and not allow_host:
        raise YugongError(
            Text(
                "监听本机以外的地址时，要用 --allow-host 写明主机名", "listening beyond this machine needs --allow-host"
            )
        )
    run(Bench(path), port, host, allow_host or (), not no_open, typer.echo)
