-- label: Requests
-- why: Requests posted in the period.
-- unit: count
-- direction: none
-- counts: requests
-- topic: matching
-- levels: country, region, departement, commune
-- sources: requests
WITH
-- shell: posted
counted AS (
    SELECT territory_code, scope_code, requests AS numerator, requests AS n
    FROM posted
)

-- shell: number
