"""A raw and a curated folder to land made-up documents in, without Prefect."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from flows.steps import Batch, Job, Outcome, land, prepare, work
from flows.store import Store


class Desk:
    """Puts documents with their sidecars under raw, and lands them as releases."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.raw, self.curated = str(folder / "raw"), str(folder / "curated")

    def put(self, name: str, text: str, **sidecar: Any) -> str:
        """Write a document and its sidecar; the path."""
        path = self.folder / "raw" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        said = yaml.safe_dump(sidecar, allow_unicode=True)
        path.with_name(f"{name}.yaml").write_text(said, encoding="utf-8")
        return str(path)

    def ingest(self, *paths: str, **options: Any) -> list[Outcome]:
        """Land documents as one release; their outcomes."""
        batch = Batch.open(self.raw, self.curated, **options)
        prepared = [prepare(path, batch) for path in paths]
        worked = [work(one) if isinstance(one, Job) else one for one in prepared]
        return land(worked, batch)[0]

    def rows(self, dataset: str) -> list[dict[str, Any]]:
        """The rows of a dataset in the newest release."""
        return Store(self.curated).read(dataset).to_pylist()


def score_table(
    scores: dict[str, float], caption: str = "表1 城市得分", head: str = "得分(100)"
) -> str:
    """A ranked table of cities, tabs between the columns."""
    rows = [f"{rank}\t{city}\t{score}" for rank, (city, score) in enumerate(scores.items(), 1)]
    return "\n".join([caption, f"排名\t城市\t{head}", *rows]) + "\n"
