"""The other end of Python blocks: executes what it is sent, one statement a line, in base64."""

import base64
import sys
import traceback

# The page's session hands this file's text to its own Python; only the standard library is there.
namespace = {"__name__": "__main__"}
for line in sys.stdin:
    sentinel, encoded = line.split()
    try:
        source = base64.b64decode(encoded).decode()
        exec(compile(source, "<stdin>", "single"), namespace)  # noqa: S102 - its task
    except SystemExit:
        raise
    except BaseException as error:  # noqa: BLE001 - as the interpreter does
        below = error.__traceback__.tb_next if error.__traceback__ else None
        traceback.print_exception(type(error), error, below, file=sys.stdout)
    sys.stdout.flush()
    sys.stderr.flush()
    sys.stdout.write(f"\n{sentinel}\n")
    sys.stdout.flush()
