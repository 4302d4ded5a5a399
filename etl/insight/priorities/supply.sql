-- grain: one row per commune and domain that at least one active provider reaches
-- answers: where a further provider is not what is missing, for any k up to 100
-- columns: cell = place of the commune (by département) * domains + place of the domain; providers, at most 100
SELECT
    CAST(communes.place * domains.domains + domains.place AS INTEGER) AS cell,
    CAST(least(100, supply.providers) AS UTINYINT) AS providers
FROM marts.commune_supply AS supply
INNER JOIN ranked_communes AS communes ON supply.commune_code = communes.commune_code
INNER JOIN ranked_domains AS domains ON supply.scope_code = domains.scope_code
ORDER BY cell
