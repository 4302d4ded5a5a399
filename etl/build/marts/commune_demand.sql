-- grain: one row per commune and domain scope with at least one request
-- answers: in which months a commune asked for help, and how many active providers would come
-- columns: requests placed by a point near a commune are none of the commune; providers that reach the commune today (0 = nobody); population of the commune; request_months = sum of marts.months.month_bit of the months with a request, so that a commune counts once in any window
WITH asked AS (
    SELECT
        counts.commune_code, counts.departement_code, counts.region_code, counts.domain_code,
        coalesce(bit_or(months.month_bit), CAST(0 AS UBIGINT)) AS request_months
    FROM marts.commune_requests AS counts
    LEFT JOIN marts.months AS months USING (month)
    WHERE NOT counts.is_point
    GROUP BY
        counts.commune_code, counts.departement_code, counts.region_code, counts.domain_code
),

scoped AS (
    SELECT
        asked.commune_code, asked.departement_code, asked.region_code, scopes.scope_code,
        bit_or(asked.request_months) AS request_months
    FROM asked
    INNER JOIN reference.domain_scopes AS scopes USING (domain_code)
    GROUP BY
        asked.commune_code, asked.departement_code, asked.region_code, scopes.scope_code
)

SELECT
    scoped.commune_code,
    scoped.departement_code,
    scoped.region_code,
    scoped.scope_code,
    coalesce(supply.providers, 0) AS providers,
    communes.population,
    scoped.request_months
FROM scoped
INNER JOIN reference.communes AS communes USING (commune_code)
LEFT JOIN marts.commune_supply AS supply USING (commune_code, scope_code)
ORDER BY scoped.departement_code, scoped.commune_code, scoped.scope_code
