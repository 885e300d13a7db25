from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dioptra.sdk.exceptions import DatasetError
from dioptra_builtins._image_folders import adversarial_name, find_unreadable, scan_image_folder

GREY = np.arange(64, dtype=np.uint8).reshape(8, 8)
SIZE = (8, 8, 1)
RGB_SIZE = (8, 8, 3)


@pytest.fixture
def folder(tmp_path: Path, write_images: Callable[..., Path]) -> Path:
    return write_images(tmp_path / "images", {"b/2.png": GREY, "b/1.png": GREY, "a/3.png": GREY})


def save(folder: Path, mode: str) -> Path:
    path = folder / "a" / "3.png"
    image = Image.new(mode, (8, 8))
    if mode == "P":
        # A shorter palette would be stored in fewer bits.
        image.putpalette(list(range(256)) * 3)
    image.save(path)
    return path


def refusal(folder: Path, size: tuple[int, int, int] = SIZE) -> str:
    with pytest.raises(DatasetError) as caught:
        scan_image_folder(folder, size)
    return str(caught.value)


def test_classes_and_images_are_sorted(folder: Path) -> None:
    scanned = scan_image_folder(folder, SIZE)
    assert scanned.class_names == ("a", "b")
    assert scanned.names == ("a/3.png", "b/1.png", "b/2.png")
    assert scanned.labels == (0, 1, 1)


def test_paths_are_the_names_below_the_root(folder: Path) -> None:
    scanned = scan_image_folder(str(folder), SIZE)
    assert scanned.paths == [str(folder / name) for name in scanned.names]


def test_class_names_are_sorted_as_text(folder: Path) -> None:
    (folder / "b").rename(folder / "10")
    (folder / "a").rename(folder / "9")
    assert scan_image_folder(folder, SIZE).class_names == ("10", "9")


def test_hidden_files_and_folders_are_passed_over(folder: Path) -> None:
    (folder / ".cache").mkdir()
    (folder / "a" / ".DS_Store").write_text("not an image")
    scanned = scan_image_folder(folder, SIZE)
    assert scanned.class_names == ("a", "b")
    assert scanned.names == ("a/3.png", "b/1.png", "b/2.png")


def test_files_beside_the_class_folders_are_passed_over(folder: Path) -> None:
    (folder / "README.txt").write_text("not a class")
    assert scan_image_folder(folder, SIZE).class_names == ("a", "b")


def test_an_empty_class_folder_is_named(folder: Path) -> None:
    (folder / "aa").mkdir()
    assert f"the class folder {str(folder / 'aa')!r} is empty" in refusal(folder)


def test_rgb_images_are_taken_where_three_channels_are_asked_for(
    tmp_path: Path, write_images: Callable[..., Path]
) -> None:
    pixels = np.zeros((8, 8, 3), np.uint8)
    folder = write_images(tmp_path / "images", {"a/1.png": pixels, "b/1.png": pixels})
    assert scan_image_folder(folder, RGB_SIZE).names == ("a/1.png", "b/1.png")


def test_a_missing_folder_is_named_with_the_command_that_makes_one(tmp_path: Path) -> None:
    message = refusal(tmp_path / "nowhere")
    assert str(tmp_path / "nowhere") in message
    assert "dioptra data" in message


def test_a_file_in_place_of_the_folder_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert f"no folder {str(tmp_path / 'file')!r}" in refusal(tmp_path / "file")


def test_an_empty_folder_has_no_classes(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    message = refusal(tmp_path / "empty")
    assert str(tmp_path / "empty") in message
    assert "found: none" in message


def test_one_class_is_too_few(tmp_path: Path, write_images: Callable[..., Path]) -> None:
    folder = write_images(tmp_path / "one", {"only/1.png": GREY})
    message = refusal(folder)
    assert str(folder) in message
    assert "found: only" in message


def test_empty_class_folders_are_named(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / "none" / name).mkdir(parents=True)
    assert f"no images in {str(tmp_path / 'none')!r}" in refusal(tmp_path / "none")


def test_a_jpeg_among_the_pngs_is_named(folder: Path) -> None:
    path = folder / "b" / "photo.jpg"
    Image.fromarray(GREY).save(path)
    assert f"{str(path)!r} is not a PNG image" in refusal(folder)


def test_a_jpeg_that_is_called_png_is_named(folder: Path) -> None:
    path = folder / "b" / "2.png"
    Image.fromarray(GREY).save(path, format="JPEG")
    assert f"{str(path)!r} is not a PNG image" in refusal(folder)


def test_an_empty_file_is_named(folder: Path) -> None:
    path = folder / "a" / "3.png"
    path.write_bytes(b"")
    assert f"{str(path)!r} is not a PNG image" in refusal(folder)


def test_a_truncated_png_is_named(folder: Path) -> None:
    path = folder / "b" / "1.png"
    path.write_bytes(path.read_bytes()[:-1])
    assert f"{str(path)!r} is damaged" in refusal(folder)


def test_a_png_of_nothing_but_its_two_ends_is_damaged(folder: Path) -> None:
    path = folder / "b" / "1.png"
    whole = path.read_bytes()
    path.write_bytes(whole[:8] + whole[-8:])
    assert f"{str(path)!r} is damaged" in refusal(folder)


def test_a_png_that_starts_with_another_chunk_is_damaged(folder: Path) -> None:
    path = folder / "b" / "1.png"
    path.write_bytes(path.read_bytes().replace(b"IHDR", b"IHDX"))
    assert f"{str(path)!r} is damaged" in refusal(folder)


def test_a_folder_inside_a_class_folder_is_named(folder: Path) -> None:
    inner = folder / "a" / "inner"
    inner.mkdir()
    assert f"{str(inner)!r} is a folder" in refusal(folder)


def test_sixteen_bits_a_channel_are_named(folder: Path) -> None:
    path = save(folder, "I;16")
    assert f"{str(path)!r} has 16 bits a channel" in refusal(folder)


@pytest.mark.parametrize("size", [SIZE, RGB_SIZE])
@pytest.mark.parametrize(
    ("mode", "colour"), [("RGBA", "RGBA"), ("P", "palette"), ("LA", "grey with alpha")]
)
def test_other_colour_types_are_named(
    folder: Path, mode: str, colour: str, size: tuple[int, int, int]
) -> None:
    path = save(folder, mode)
    assert f"{str(path)!r} is {colour}, but image_size={size}" in refusal(folder, size)


def test_colour_where_grey_is_asked_for_is_named(folder: Path) -> None:
    path = save(folder, "RGB")
    assert f"{str(path)!r} is RGB, but image_size=(8, 8, 1) asks for grey" in refusal(folder)


def test_grey_where_colour_is_asked_for_is_named(folder: Path) -> None:
    path = folder / "a" / "3.png"
    message = refusal(folder, RGB_SIZE)
    assert f"{str(path)!r} is grey, but image_size=(8, 8, 3) asks for RGB" in message


def test_an_unknown_colour_type_is_called_so(folder: Path) -> None:
    path = folder / "a" / "3.png"
    content = bytearray(path.read_bytes())
    content[25] = 5
    path.write_bytes(content)
    assert f"{str(path)!r} is of an unknown colour type" in refusal(folder)


def test_another_size_is_named_with_both_sizes(folder: Path) -> None:
    path = folder / "a" / "3.png"
    Image.new("L", (5, 9)).save(path)
    message = refusal(folder)
    assert f"{str(path)!r} is 9 x 5 pixels" in message
    assert "asks for 8 x 8" in message


def test_the_size_asked_for_is_height_by_width(
    tmp_path: Path, write_images: Callable[..., Path]
) -> None:
    tall = np.zeros((9, 5), np.uint8)
    folder = write_images(tmp_path / "images", {"a/1.png": tall, "b/1.png": tall})
    assert len(scan_image_folder(folder, (9, 5, 1)).names) == 2


@pytest.mark.parametrize("channels", [0, 2, 4])
def test_images_have_one_or_three_channels(folder: Path, channels: int) -> None:
    assert f"1 or 3 channels, not {channels}" in refusal(folder, (8, 8, channels))


def test_an_adversarial_image_is_named_after_the_clean_one() -> None:
    assert adversarial_name("7/00001.png") == "7/adv_00001.png"


def damage(path: Path, offset: int) -> Path:
    content = bytearray(path.read_bytes())
    content[content.index(b"IDAT") + offset] ^= 0xFF
    path.write_bytes(content)
    return path


def test_damaged_pixel_data_passes_the_headers_and_is_found_by_decoding(folder: Path) -> None:
    path = damage(folder / "b" / "1.png", 10)
    assert find_unreadable(scan_image_folder(folder, SIZE).paths) == str(path)


def test_a_wrong_checksum_of_the_pixel_data_is_found(folder: Path) -> None:
    path = folder / "b" / "1.png"
    content = path.read_bytes()
    length = int.from_bytes(content[content.index(b"IDAT") - 4 : content.index(b"IDAT")])
    damage(path, 4 + length)
    assert find_unreadable(scan_image_folder(folder, SIZE).paths) == str(path)


def test_an_image_that_has_gone_is_found(folder: Path) -> None:
    paths = scan_image_folder(folder, SIZE).paths
    (folder / "b" / "2.png").unlink()
    assert find_unreadable(paths) == paths[2]


def test_none_is_unreadable_where_all_can_be_decoded(folder: Path) -> None:
    assert find_unreadable(scan_image_folder(folder, SIZE).paths) is None
