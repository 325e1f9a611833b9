import re

import pytest

from pipeline.cli import cli
from pipeline.tables import TABLES


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_every_command_and_column_is_in_the_readme(root, readme):
    text = (root / readme).read_text("utf-8")
    for command in cli.commands:
        assert f"yimai {command}" in text, command
    for table, columns in TABLES.items():
        assert f"`{table}`" in text, table
        for column in columns:
            assert re.search(rf"\b{column.name}\b", text), f"{table}.{column.name}"


def test_lock_files_hold_hashes_and_no_addresses(root):
    for name in ("requirements.lock", "requirements-build.lock"):
        text = (root / name).read_text("utf-8")
        assert "--hash=sha256:" in text
        assert not re.search(r"https?:|file:|--index|--find-links", text)
        for line in text.splitlines():
            assert re.match(r"[\w.-]+==|    --hash=sha256:[0-9a-f]{64}", line), line
