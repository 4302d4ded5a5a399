-- label: Pressure
-- why: Requests a month for each active provider: high means overworked supply, low means idle supply. Undefined without providers.
-- unit: ratio
-- direction: none
-- counts: requests
-- topic: market
-- levels: country, region, departement
-- sources: providers, requests
-- source: requests per month / mean number of active providers at the end of those months
WITH
-- shell: posted
-- shell: past_supply
counted AS (
    SELECT
        posted.territory_code, posted.scope_code,
        posted.requests AS numerator,
        supply.provider_months AS denominator,
        posted.requests AS n
    FROM posted
    LEFT JOIN past_supply AS supply USING (territory_code, scope_code)
)

-- shell: ratio
