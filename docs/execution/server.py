"""A Prefect server beside a page, as one may stand on a reader's machine.

Without one, each command that runs a flow starts a server of its own and ends it, which takes
longer than most flows of the guide.
"""

import tempfile

from dioptra.entrypoint.server import APPLICATION, SETTINGS
from execution.blocks import Block, Failure
from execution.running import Running

MARK = "prefect-server"
# It says where it listens, and ends with its standard input. Bash has a device for connecting;
# containers have no curl.
SCRIPT = """\
mkdir -p {home}
exec {{server}}< <(env PREFECT_HOME={home} {settings} \
python -m dioptra.entrypoint.server_process {application} < <(exec sleep infinity) 2>/dev/null)
read -r url <&$server
export PREFECT_API_URL=$url/api
address=${{url##*/}}
{{ printf 'GET /api/health HTTP/1.0\\r\\n\\r\\n' >&3; grep -q '^HTTP/1.* 200' <&3; }} \
3<>"/dev/tcp/${{address/://}}" """


def start_marked(block: Block, page: Running) -> None:
    """Start a server where a mark of the block asks for it; it stays to the end of the page.

    Raises:
        Failure: It did not start.
    """
    if block.value(MARK) is None:
        return
    # Beside the page's own folder, which has another name while mutants run in a copy of it; a
    # container takes the name for a folder of its own.
    folder = tempfile.TemporaryDirectory(prefix="page-server-", ignore_cleanup_errors=True)
    script = SCRIPT.format(
        home=page.stack.enter_context(folder),
        settings=" ".join(f"{name}={value}" for name, value in SETTINGS.items()),
        application=APPLICATION,
    )
    result = page.run(script, block.line)
    if result.status:
        message = "the Prefect server beside the page did not start"
        raise Failure(block.line, message, ends_page=True)
