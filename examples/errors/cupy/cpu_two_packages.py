"""CuPy may not function correctly because multiple CuPy packages are installed."""

import sys
import tempfile
from pathlib import Path

other = Path(tempfile.mkdtemp(), "cupy-1.0.dist-info")  # looks like a second CuPy
other.mkdir()
(other / "METADATA").write_text("Metadata-Version: 2.1\nName: cupy\nVersion: 1.0\n")
sys.path.append(str(other.parent))
import cupy  # noqa: E402, F401
