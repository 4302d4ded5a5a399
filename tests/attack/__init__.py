"""An attacker who keeps every edition that partners were given and works out what firms declared.

Who attacks imports nothing of etl/disclosure, and reads two kinds of files:

    marketplace.duckdb -> truth (who stands where, what each declared) -> model  (unknowns)
    partners.duckdb    -> reading (sums, ratios, bands, rounded counts) -> model (what is known)
    model -> bounds: for each reader and figure, whether it is still 20 % uncertain on either side
"""
