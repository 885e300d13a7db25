# SPDX-License-Identifier: Apache-2.0
"""What operating systems and file managers leave in folders without being asked."""

# As git's own lists of files to ignore name them, in lower case. Names that could be a class, such
# as Windows' "recycled", are not among them.
STRAYS = frozenset(
    {
        # macOS; the rest of it is hidden.
        "__macosx",
        "icon\r",
        "network trash folder",
        "temporary items",
        # Windows
        "$recycle.bin",
        "desktop.ini",
        "ehthumbs.db",
        "ehthumbs_vista.db",
        "system volume information",
        "thumbs.db",
        "thumbs.db:encryptable",
        # Linux
        "lost+found",
        # Network storage by Synology and QNAP
        "#recycle",
        "#snapshot",
        "@eadir",
        "@recently-snapshot",
        "@recycle",
        "@tmp",
    }
)


def is_stray(name: str) -> bool:
    """Tell whether a file or folder is passed over by what reads and hashes folders.

    Args:
        name: Its name, without folders.

    Returns:
        Whether it is hidden, with a dot before its name, or one of ``STRAYS`` in whatever case.
    """
    return name.startswith(".") or name.lower() in STRAYS
