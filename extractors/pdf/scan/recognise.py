"""Recognition of lines of print with the network that the package ``rapidocr`` carries.

The network is run by onnxruntime directly: a cell is one line, so that finding and turning
text, which the package would do first, have nothing to add, and nothing of it can download.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.pdf.scan import model_path
from extractors.pdf.scan.picture import Picture

#: The height of a line that the network was trained on, and the width it sees at a step.
_HEIGHT, _STEP = 48, 8

#: Widths are rounded up to this many pixels, so that lines of one batch need no padding.
_WIDTHS = 32

#: Pixels across, over all lines of a batch: what comes out has 18,000 numbers for each 8.
_BATCH_WIDTH = 4000

#: A page is read in one of several processes: more threads than one only fight for the cores.
_THREADS = 1


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in a line, and how certain its least certain character is (0 for none)."""

    text: str
    confidence: float


class Recogniser:
    """The loaded network; 0.3 s and 100 MB, so one a process: see `recogniser`."""

    def __init__(self, path: Path) -> None:
        # onnxruntime (1.31) writes a device id and sends what it runs unless told not to before
        # it is imported; its own `disable_telemetry_events` comes too late.
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = _THREADS
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
        self._input = self._session.get_inputs()[0].name
        known = self._session.get_modelmeta().custom_metadata_map["character"]
        # Step 0 is the blank between characters, the last one a space.
        self._alphabet = ["", *known.splitlines(), " "]

    def read(self, lines: Sequence[Picture]) -> list[Reading]:
        """The lines' readings, in their order; a line is greyscale and of any size."""
        made = [_fitted(line) for line in lines]
        order = sorted(range(len(made)), key=lambda index: made[index].shape[1])
        readings: dict[int, Reading] = {}
        for batch in _batches(order, [line.shape[1] for line in made]):
            steps = self._steps([made[index] for index in batch])
            for index, one in zip(batch, steps, strict=True):
                readings[index] = self._decoded(one)
        return [readings[index] for index in range(len(made))]

    def _steps(self, lines: list[Picture]) -> NDArray[np.float32]:
        width = -(-max(line.shape[1] for line in lines) // _WIDTHS) * _WIDTHS
        batch = np.ones((len(lines), 3, _HEIGHT, width), np.float32)
        for index, line in enumerate(lines):
            batch[index, :, :, : line.shape[1]] = line.astype(np.float32) / 127.5 - 1
        return self._session.run(None, {self._input: batch})[0]

    def _decoded(self, steps: NDArray[np.float32]) -> Reading:
        """Equal steps are one character, blanks none (connectionist temporal classification)."""
        best = steps.argmax(axis=1)
        first = np.flatnonzero(np.diff(best, prepend=-1) != 0)
        runs = zip(first, np.append(first[1:], len(best)), strict=True)
        read = [
            (self._alphabet[best[start]], float(steps[start:end, best[start]].max()))
            for start, end in runs
            if best[start]
        ]
        return Reading(
            "".join(one for one, _ in read),
            min((sure for one, sure in read if not one.isspace()), default=0.0),
        )


def _batches(order: Sequence[int], widths: Sequence[int]) -> Iterator[list[int]]:
    """The lines, from the narrowest, in batches of bounded width: a batch is as wide as its
    widest line, for each of its lines."""
    batch: list[int] = []
    for index in order:
        if batch and (len(batch) + 1) * widths[index] > _BATCH_WIDTH:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _fitted(line: Picture) -> Picture:
    """The line at the network's height."""
    height, width = line.shape
    size = (max(_STEP, round(width * _HEIGHT / height)), _HEIGHT)
    way = cv2.INTER_CUBIC if height < _HEIGHT else cv2.INTER_AREA
    return cv2.resize(line, size, interpolation=way)


@cache
def recogniser() -> Recogniser:
    """The process's network, loaded at the first page. Raises RuntimeError without the extra."""
    path = model_path()
    if path is None:
        raise RuntimeError("reading scanned pages needs the extra: pip install 'rankbook[ocr]'")
    return Recogniser(path)
