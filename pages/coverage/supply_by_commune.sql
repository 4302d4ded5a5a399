-- grain: one row per commune of a département and asked domain, also where nobody comes
-- answers: How many active providers reach each commune?
-- columns: territory_code (commune); scope_code; providers (distinct, from anywhere)
SELECT
    communes.commune_code AS territory_code,
    scopes.scope_code,
    coalesce(supply.providers, 0) AS providers
FROM reference.communes AS communes
CROSS JOIN (SELECT unnest($scopes) AS scope_code) AS scopes
LEFT JOIN marts.commune_supply AS supply
    ON
        communes.commune_code = supply.commune_code
        AND scopes.scope_code = supply.scope_code
        AND supply.departement_code = $within_code
WHERE communes.departement_code = $within_code
ORDER BY communes.commune_code, scopes.scope_code
