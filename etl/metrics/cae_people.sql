-- label.en: People of CAE
-- label.fr: Personnes en CAE
-- why.en: Salaried entrepreneurs of business and employment co-operatives, and project holders under a CAPE contract: two figures. Neither is part of jobs.
-- why.fr: Entrepreneurs salariés des coopératives d'activité et d'emploi, et porteurs de projet sous contrat CAPE : deux chiffres. Aucun ne fait partie des emplois.
-- unit: count
-- low_is_good: false
-- columns: value = salaried entrepreneurs; cape_holders; year (one row for each closed year that ends in the period); n = CAE that declared their entrepreneurs, left_out = that did not; cape_known, cape_left_out the same for CAPE holders
-- source: coapi.fr; metric dictionary: cae_people
WITH firms AS (
    SELECT
        territory_of($level, rows.region_code, rows.departement_code, NULL) AS territory_code,
        scopes.scope_code,
        rows.*
    FROM marts.cooperative_staff AS rows
    INNER JOIN marts.cooperative_scopes AS scopes ON rows.siren = scopes.siren
    WHERE
        make_date(rows.year, 12, 31) BETWEEN $from AND CAST(CAST($to AS DATE) + INTERVAL 1 MONTH AS DATE) - 1
        AND lies_within($within_level, $within_code, rows.region_code, rows.departement_code, NULL)
        AND is_asked_scope($scopes, scopes.scope_code)
        AND (rows.is_cae OR rows.cae_entrepreneurs IS NOT NULL OR rows.cape_holders IS NOT NULL)
)

SELECT
    territory_code,
    scope_code,
    CAST(sum(cae_entrepreneurs) AS DOUBLE) AS numerator,
    NULL::DOUBLE AS denominator,
    CAST(sum(cae_entrepreneurs) AS DOUBLE) AS value,
    count(cae_entrepreneurs) AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high,
    year,
    CAST(sum(cape_holders) AS DOUBLE) AS cape_holders,
    count(*) - count(cae_entrepreneurs) AS left_out,
    count(cape_holders) AS cape_known,
    count(*) - count(cape_holders) AS cape_left_out
FROM firms
WHERE territory_code IS NOT NULL
GROUP BY territory_code, scope_code, year
ORDER BY territory_code, scope_code, year
