"""Where the code and the folders beside it stand; nothing else counts parents."""

import os
from pathlib import Path

ETL = Path(__file__).parent
ROOT = ETL.parent
DATA = Path(os.environ.get("MAILLAGE_DATA") or ROOT / "data")  # the user's: raw, warehouse, logs
REFERENCE = ROOT / "data" / "reference"
MACROS = ETL / "macros.sql"  # words and rules that several layers share
CONTRACTS = ETL / "intake" / "contracts"
PAGES = ROOT / "pages"
