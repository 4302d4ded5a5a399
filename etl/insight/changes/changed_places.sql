-- grain: one row per département, domain and direction with at least one commune that crossed k
-- answers: Where did coverage fall or rise, and for how many people?
-- columns: has_risen; communes; population (of those communes); largest_commune (name of the most populous)
SELECT
    departement_code,
    domain_code,
    providers_now >= $k AS has_risen,
    count(*) AS communes,
    CAST(sum(population) AS BIGINT) AS population,
    arg_max(commune_name, (population, commune_code)) AS largest_commune
FROM moved_cells
WHERE
    (providers_now >= $k) <> (providers_before >= $k)
    AND domain_code IN (
        SELECT domain_code FROM served.reference.domain_scopes WHERE list_contains($scopes, scope_code)
    )
    AND (len($areas) = 0 OR list_has_any($areas, areas))
GROUP BY departement_code, domain_code, has_risen
ORDER BY has_risen, population DESC, departement_code, domain_code
