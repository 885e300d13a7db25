import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from dioptra.datasets import describe_data, import_pictures
from dioptra.sdk.exceptions import DatasetError


def draw(path: Path, value: int = 0, size: tuple[int, int] = (4, 4), mode: str = "L") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, value).save(path)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Twenty grey pictures of 4 x 4 pixels for each of two classes."""
    root = tmp_path / "source"
    for label in ("cat", "dog"):
        for number in range(20):
            draw(root / label / f"{number}.png", number + 100 * (label == "dog"))
    return root


def list_files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_class_folders_become_training_and_test_images(source: Path, tmp_path: Path) -> None:
    made = import_pictures(source, tmp_path / "made")
    assert made.image_size == (4, 4, 1)
    names = {name.split("/", 1)[1] for name in list_files(made.folder) if name.endswith(".png")}
    assert names == {f"{label}/{number}.png" for label in ("cat", "dog") for number in range(20)}
    testing = describe_data(made.folder / "testing")
    assert testing.image_size == (4, 4, 1)
    # Of 40 pictures, each with a chance of one in five.
    assert 2 <= sum(testing.counts) <= 14
    assert made.counts["testing"] == dict(zip(testing.class_names, testing.counts, strict=True))
    assert (made.changes, made.left_out, made.remarks) == ({}, {}, ())


def test_the_choice_of_test_images_depends_on_content_and_seed(
    source: Path, tmp_path: Path
) -> None:
    first = import_pictures(source, tmp_path / "first").folder
    (source / "cat" / "0.png").rename(source / "cat" / "first.png")
    again = import_pictures(source, tmp_path / "again").folder
    other = import_pictures(source, tmp_path / "other", seed=1).folder
    assert [name.replace("first", "0") for name in list_files(again)] != list_files(other)
    assert sorted(name.replace("first", "0") for name in list_files(again)) == list_files(first)


def test_equal_pictures_come_into_the_same_part(source: Path, tmp_path: Path) -> None:
    for number in range(20):
        draw(source / "dog" / f"copy-{number}.png", number + 100)
    made = import_pictures(source, tmp_path / "made").folder
    for subset in ("training", "testing"):
        names = {path.stem for path in (made / subset / "dog").iterdir()}
        assert {f"copy-{name}" for name in names if "copy" not in name} <= names


@pytest.mark.parametrize(
    ("parts", "used", "remarks"),
    [
        (("Train", "test"), {"Train": "training", "test": "testing"}, 0),
        (("training", "val"), {"training": "training", "val": "testing"}, 1),
        (
            ("train", "valid", "testing"),
            {"train": "training", "valid": "training", "testing": "testing"},
            1,
        ),
    ],
)
def test_parts_are_taken_by_the_names_that_other_tools_give_them(
    tmp_path: Path, parts: tuple[str, ...], used: dict[str, str], remarks: int
) -> None:
    for part in parts:
        draw(tmp_path / "source" / part / "cat" / f"{part}.png")
    made = import_pictures(tmp_path / "source", tmp_path / "made")
    images = [name for name in list_files(made.folder) if name.endswith(".png")]
    assert images == sorted(f"{used[part]}/cat/{part}.png" for part in parts)
    assert len(made.remarks) == remarks


def test_a_folder_train_alone_is_divided(source: Path, tmp_path: Path) -> None:
    (tmp_path / "outer").mkdir()
    source.rename(tmp_path / "outer" / "train")
    made = import_pictures(tmp_path / "outer", tmp_path / "made")
    assert set(made.counts["training"]) == {"cat", "dog"}
    assert sum(map(sum, (counts.values() for counts in made.counts.values()))) == 40


@pytest.mark.parametrize(
    ("folders", "message"),
    [
        (("train", "test", "extra"), r"holds 'extra', which is no part of one"),
        (("train", "Training", "test"), r"holds two folders for training"),
    ],
)
def test_parts_that_are_not_clear_are_refused(
    tmp_path: Path, folders: tuple[str, ...], message: str
) -> None:
    for folder in folders:
        draw(tmp_path / "source" / folder / "cat" / "x.png")
    with pytest.raises(DatasetError, match=message):
        import_pictures(tmp_path / "source", tmp_path / "made")


def test_two_pictures_of_one_name_keep_their_suffixes(source: Path, tmp_path: Path) -> None:
    draw(source / "cat" / "0.bmp", 7)
    names = {
        name.split("/")[-1] for name in list_files(import_pictures(source, tmp_path / "m").folder)
    }
    assert {"0.png.png", "0.bmp.png"} <= names
    # That of the other class stands alone.
    assert "0.png" in names


def test_pictures_of_one_name_in_two_folders_of_a_part_are_both_kept(tmp_path: Path) -> None:
    for value, part in enumerate(("train", "valid", "test")):
        draw(tmp_path / "source" / part / "cat" / "1.png", value)
    made = import_pictures(tmp_path / "source", tmp_path / "made")
    assert made.counts == {"training": {"cat": 2}, "testing": {"cat": 1}}
    images = {path.name: Image.open(path) for path in (made.folder / "training/cat").iterdir()}
    pixels = {name: image.getpixel((0, 0)) for name, image in images.items()}
    assert pixels == {"train-1.png.png": 0, "valid-1.png.png": 1}


def test_no_image_is_written_over_another(source: Path, tmp_path: Path) -> None:
    for name in ("a.jpg", "a.png", "a.jpg.png"):
        (source / "cat" / name).write_bytes((source / "cat" / "0.png").read_bytes())
    with pytest.raises(DatasetError, match=r"would be 'a\.jpg\.png', as that of another picture"):
        import_pictures(source, tmp_path / "made")


def test_an_unreadable_picture_is_named_with_its_part(tmp_path: Path) -> None:
    for part in ("train", "valid", "test"):
        draw(tmp_path / "source" / part / "cat" / f"{part}.png")
    for part in ("train", "valid"):
        cut = tmp_path / "source" / part / "cat" / "cut.png"
        cut.write_bytes((tmp_path / "source/test/cat/test.png").read_bytes()[:-14])
    made = import_pictures(tmp_path / "source", tmp_path / "made", skip_unreadable=True)
    assert list(made.left_out) == ["train/cat/cut.png", "valid/cat/cut.png"]


@pytest.mark.parametrize(
    ("picture", "options", "message"),
    [
        ({"size": (8, 6)}, {}, r"have 2 sizes, such as 4 x 4 and 6 x 8 .*: --size HEIGHT WIDTH"),
        ({"size": (8, 6)}, {"size": (4, 4)}, r"^1 picture of another shape .*: --fit crop"),
        ({"mode": "RGB"}, {}, r"^40 grey pictures and 1 coloured one; .*: --color grey, or rgb"),
    ],
)
def test_a_decision_that_pictures_need_is_asked_for(
    source: Path, tmp_path: Path, picture: Any, options: Any, message: str
) -> None:
    draw(source / "cat" / "other.png", **picture)
    with pytest.raises(DatasetError, match=message):
        import_pictures(source, tmp_path / "made", **options)
    assert not (tmp_path / "made").exists()


def test_what_is_changed_is_counted(source: Path, tmp_path: Path) -> None:
    draw(source / "cat" / "other.png", size=(8, 6), mode="RGB")
    made = import_pictures(source, tmp_path / "made", size=(4, 4), fit="crop", color="rgb")
    assert made.changes == {"made RGB": 40, "cropped to the shape, and resized": 1}
    assert describe_data(made.folder / "training").image_size == (4, 4, 3)


def test_unreadable_files_are_named_and_counted_and_nothing_is_written(
    source: Path, tmp_path: Path
) -> None:
    (source / "cat" / "notes.txt").write_text("x")
    (source / "dog" / "bad.jpg").write_text("x")
    os.mkfifo(source / "dog" / "pipe.png")
    with pytest.raises(DatasetError) as caught:
        import_pictures(source, tmp_path / "made")
    message = str(caught.value)
    assert message.startswith("3 files cannot be read as a picture: ")
    for said in ("'cat/notes.txt' its name does not end", "'dog/bad.jpg' is none of", "pipe.png"):
        assert said in message
    assert [path.name for path in tmp_path.iterdir() if path.name != "workspace"] == ["source"]


def test_unreadable_files_are_left_out_on_request_and_told(source: Path, tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 64), dtype=np.uint8)
    cut = source / "cat" / "cut.png"
    Image.fromarray(noise[:4, :4]).save(cut)
    cut.write_bytes(cut.read_bytes()[:-20])
    (source / "dog" / "bad.jpg").write_text("x")
    (source / "dog" / ".DS_Store").touch()
    made = import_pictures(source, tmp_path / "made", skip_unreadable=True)
    assert list(made.left_out) == ["cat/cut.png", "dog/.DS_Store", "dog/bad.jpg"]
    assert sum(map(sum, (counts.values() for counts in made.counts.values()))) == 40
    described = json.loads((made.folder / "dataset.json").read_text())
    assert described["left_out"] == made.left_out
    assert described["images"] == made.counts


def test_a_folder_in_a_class_folder_is_refused(source: Path, tmp_path: Path) -> None:
    draw(source / "cat" / "more" / "x.png")
    with pytest.raises(DatasetError, match=r"cat/more' is a folder in the folder of a class"):
        import_pictures(source, tmp_path / "made")


def test_a_data_set_that_is_there_is_not_touched(source: Path, tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    with pytest.raises(DatasetError, match=r"made' is there already; name a folder that is not"):
        import_pictures(source, tmp_path / "made")


def test_a_test_image_of_an_unknown_class_is_refused(tmp_path: Path) -> None:
    draw(tmp_path / "source" / "train" / "cat" / "x.png")
    draw(tmp_path / "source" / "test" / "dog" / "x.png")
    with pytest.raises(DatasetError, match="unknown classes: 'dog'"):
        import_pictures(tmp_path / "source", tmp_path / "made")
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("share", [0, 1, -0.1, float("nan")])
def test_a_share_of_all_or_nothing_is_refused(source: Path, tmp_path: Path, share: float) -> None:
    with pytest.raises(DatasetError, match="give a share between 0 and 1"):
        import_pictures(source, tmp_path / "made", test_share=share)


def test_too_few_pictures_for_two_parts_are_refused(tmp_path: Path) -> None:
    draw(tmp_path / "source" / "cat" / "x.png")
    with pytest.raises(DatasetError, match="no picture is left for"):
        import_pictures(tmp_path / "source", tmp_path / "made")


def test_a_folder_without_classes_is_refused(tmp_path: Path) -> None:
    draw(tmp_path / "source" / "x.png")
    with pytest.raises(
        DatasetError, match="holds no folders; pictures come in one folder for each"
    ):
        import_pictures(tmp_path / "source", tmp_path / "made")
    with pytest.raises(DatasetError, match="cannot read the folder"):
        import_pictures(tmp_path / "nowhere", tmp_path / "made")
