# SPDX-License-Identifier: Apache-2.0
"""Asking MLflow's server once more where its answer has broken off."""

from functools import cache
from typing import Any

# How often a request is sent before its answer counts as lost. Each time, MLflow's own settings
# say how long a server that is away is waited for.
TRIES = 3


@cache
def ask_again_for_broken_answers() -> None:
    """Let MLflow's client send a request again whose answer has begun, but not ended.

    The client waits for a server that is away, and sends again what it was not answered. But a
    server that is killed between the head and the body of its answer would cost a run its life.
    """
    from mlflow.utils import request_utils
    from requests.exceptions import ChunkedEncodingError
    from requests.utils import rewind_body

    class WholeAnswers(request_utils.TCPKeepAliveHTTPAdapter):  # type: ignore[misc]
        def send(self, request: Any, stream: bool = False, **options: Any) -> Any:
            for _ in range(TRIES - 1):
                response = super().send(request, stream, **options)
                try:
                    # It stays with the response; whoever asked for a stream reads it.
                    _ = stream or response.content
                except ChunkedEncodingError:
                    if not isinstance(request.body, bytes | str | None):
                        rewind_body(request)
                else:
                    return response
            return super().send(request, stream, **options)

    request_utils.TCPKeepAliveHTTPAdapter = WholeAnswers
    # Sessions that were opened before have the other.
    request_utils._cached_get_request_session.cache_clear()  # noqa: SLF001 - there is no other way
