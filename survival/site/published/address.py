"""Where the site and its repository can be reached; whoever publishes says so."""

import os
import re
from dataclasses import dataclass
from typing import Self

from survival.errors import PageError


@dataclass(frozen=True)
class Address:
    """Without trailing slashes; empty where there is none, and then nothing leads there."""

    site: str = ""
    repository: str = ""

    @classmethod
    def of_environment(cls) -> Self:
        """From SITE_URL and REPO_URL. Raises PageError where one is no address of the web."""
        found = []
        for name in ("SITE_URL", "REPO_URL"):
            value = os.environ.get(name, "").strip().rstrip("/")
            if value and not re.fullmatch(r"https?://[\w.:-]+(/[\w.~%+-]+)*", value):
                raise PageError(
                    f"{name}: '{value}' is no address such as https://example.org/guide"
                )
            found.append(value)
        return cls(*found)
