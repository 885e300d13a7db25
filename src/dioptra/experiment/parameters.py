# SPDX-License-Identifier: Apache-2.0
"""Parameters that most experiments have, each declared once."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from dioptra.datasets import describe_data
from dioptra.entrypoint import Parameters
from dioptra.sdk.exceptions import DatasetError

Seed = Annotated[
    int,
    Field(
        ge=-1,
        lt=2**31,
        description="The seed of all random numbers; -1 draws one and records it.",
    ),
]
"""The type of a parameter that is a seed."""

ImageSize = Annotated[
    tuple[int, int, int] | None,
    Field(
        description="Height and width in pixels, and number of channels, of every image (default: "
        "those that the images have)."
    ),
]
"""The type of a parameter that may say how large images are."""


class DataSource(Parameters):
    """The parameters that name a data set; a class below says which folder it is."""

    image_size: ImageSize = None

    @property
    def folder(self) -> Path:
        """The folder with the folders testing and, for training, training."""
        raise NotImplementedError(f"{type(self).__name__} has no property folder")

    @property
    def how_to_make_it(self) -> str:
        """What a message adds where there is no such folder."""
        return ""

    def find(self, *subsets: str) -> Path:
        """Give the folder of the data set, after checking that it is one.

        Args:
            *subsets: The folders that it must have, such as ``"testing"``.

        Returns:
            An absolute path.

        Raises:
            DatasetError: There is no such folder, or one of ``subsets`` is missing.
        """
        if not self.folder.is_dir():
            raise DatasetError(f"no such folder: {self.folder}{self.how_to_make_it}")
        missing = [name for name in subsets if not (self.folder / name).is_dir()]
        if missing:
            raise DatasetError(
                f"{str(self.folder)!r} has no folder {missing[0]!r}; a data set has the folders "
                "training and testing, each with one folder of PNG images for each class"
            )
        return self.folder.resolve()

    def find_image_size(self, subset: str) -> tuple[int, int, int]:
        """Give the size of the images: the one that was said, else that of the files.

        Args:
            subset: The folder whose images are asked.

        Returns:
            Height and width in pixels, and channels.

        Raises:
            DatasetError: The folder cannot be used.
        """
        return self.image_size or describe_data(self.find(subset) / subset).image_size


class Data(DataSource):
    """A data set that the user names."""

    data_dir: Path
    """The folder that holds the folder testing and, for training, the folder training."""

    @property
    def folder(self) -> Path:
        """The folder, as it was named."""
        return self.data_dir
