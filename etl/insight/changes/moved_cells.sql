-- grain: one row per commune and domain with another number of active providers than before
-- answers: Which places may have fallen below k or risen to it, whatever k is?
-- columns: providers_before, providers_now (0 = nobody reaches the commune); population of the commune; areas it lies in: ['region-53', 'departement-35']
WITH domains AS (
    SELECT DISTINCT domain_code
    FROM served.reference.domain_scopes
    WHERE domain_code <> 'unknown'
),

before AS (
    SELECT supply.commune_code, supply.scope_code AS domain_code, supply.providers
    FROM previous.marts.commune_supply AS supply
    INNER JOIN domains ON supply.scope_code = domains.domain_code
),

today AS (
    SELECT supply.commune_code, supply.scope_code AS domain_code, supply.providers
    FROM served.marts.commune_supply AS supply
    INNER JOIN domains ON supply.scope_code = domains.domain_code
)

SELECT
    communes.commune_code,
    communes.name AS commune_name,
    communes.departement_code,
    ['region-' || communes.region_code, 'departement-' || communes.departement_code] AS areas,
    moved.domain_code,
    moved.providers_before,
    moved.providers_now,
    communes.population
FROM (
    SELECT
        coalesce(today.commune_code, before.commune_code) AS commune_code,
        coalesce(today.domain_code, before.domain_code) AS domain_code,
        coalesce(before.providers, 0) AS providers_before,
        coalesce(today.providers, 0) AS providers_now
    FROM today
    FULL OUTER JOIN before
        ON
            today.commune_code = before.commune_code
            AND today.domain_code = before.domain_code
    WHERE coalesce(today.providers, 0) <> coalesce(before.providers, 0)
) AS moved
INNER JOIN served.reference.communes AS communes ON moved.commune_code = communes.commune_code
