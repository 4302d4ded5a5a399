"""Where the code and the folders beside it stand; nothing else counts parents."""

from pathlib import Path

ETL = Path(__file__).parent
ROOT = ETL.parent
DATA = ROOT / "data"
REFERENCE = DATA / "reference"
MACROS = ETL / "macros.sql"  # words and rules that several layers share
CONTRACTS = ETL / "intake" / "contracts"
PAGES = ROOT / "pages"
