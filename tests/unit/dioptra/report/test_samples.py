from pathlib import Path
from typing import Any

import numpy as np

from dioptra.report.samples import read_samples


def _many(eps: list[float]) -> dict[str, Any]:
    count = len(eps)
    texts = dict.fromkeys(["attacked", "predicted_clean", "predicted_adversarial"])
    images = np.zeros((count, 2, 2, 1), dtype=np.uint8)
    arrays: dict[str, Any] = {name: np.array(["a"] * count) for name in texts}
    label = np.array([str(index) for index in range(count)])
    return arrays | {"eps": np.array(eps), "label": label, "clean": images, "adversarial": images}


def test_samples_are_grouped_by_attacked_model(folder: Path) -> None:
    groups = read_samples(folder)
    assert [(group.attacked, group.eps) for group in groups] == [("a", 0.2), ("b", 0.2)]
    assert [sample.predicted_adversarial for sample in groups[0].samples] == ["zero", "nine"]


def test_a_sample_has_its_own_images(folder: Path, samples: dict[str, Any]) -> None:
    sample = read_samples(folder)[0].samples[1]
    assert (sample.adversarial == samples["adversarial"][3]).all()


def test_of_many_strengths_the_ends_and_the_middle_are_shown(tmp_path: Path) -> None:
    np.savez(tmp_path / "samples.npz", **_many([0.5, 0.4, 0.3, 0.2, 0.1]))
    assert [group.eps for group in read_samples(tmp_path)] == [0.1, 0.3, 0.5]


def test_of_two_strengths_both_are_shown(tmp_path: Path) -> None:
    np.savez(tmp_path / "samples.npz", **_many([0.2, 0.1]))
    assert [group.eps for group in read_samples(tmp_path)] == [0.1, 0.2]


def test_of_many_images_the_first_five_are_shown(tmp_path: Path) -> None:
    np.savez(tmp_path / "samples.npz", **_many([0.1] * 7))
    (group,) = read_samples(tmp_path)
    assert [sample.label for sample in group.samples] == ["0", "1", "2", "3", "4"]


def test_without_a_file_there_are_no_groups(tmp_path: Path) -> None:
    assert read_samples(tmp_path) == []


def test_a_file_without_images_has_no_groups(tmp_path: Path, samples: dict[str, Any]) -> None:
    np.savez(tmp_path / "samples.npz", **{name: array[:0] for name, array in samples.items()})
    assert read_samples(tmp_path) == []
