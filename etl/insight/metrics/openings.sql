-- label: Where project holders could start
-- why: Requests of the period that were not filled in time, by département and domain, beside the projects under way there and the nearest CAE, where a project holder can start without founding a firm.
-- unit: count
-- direction: low
-- counts: requests
-- topic: projects
-- levels: departement
-- sources: requests
-- columns: one row for each département with a mature request of known outcome; value = numerator = unmet requests, denominator = n = mature requests with a known outcome, left_out = the others; projects_under_way there, on the day of the data; cae_siren, cae_name, cae_km: the nearest living CAE (great circle from the mean point of the communes, weighted by their people), NULL where none lives; cae_in_departement
-- source: the 2006 convention
WITH counted AS (
    SELECT
        counts.departement_code, scopes.scope_code,
        sum(counts.requests) AS requests, sum(counts.known) AS known,
        sum(counts.known - counts.filled) AS unmet
    FROM marts.request_months AS counts
    INNER JOIN reference.domain_scopes AS scopes USING (domain_code)
    WHERE
        counts.horizon_days = $days
        AND counts.month BETWEEN $from AND $to
        AND counts.departement_code IS NOT NULL
        AND lies_within($within_level, $within_code, region_code, departement_code, NULL)
        AND is_asked_scope($scopes, scopes.scope_code)
    GROUP BY counts.departement_code, scopes.scope_code
),

projects AS (
    SELECT projects.departement_code, scopes.scope_code, count(*) AS under_way
    FROM marts.projects AS projects
    INNER JOIN reference.domain_scopes AS scopes USING (domain_code)
    WHERE projects.state = 'under_way'
    GROUP BY projects.departement_code, scopes.scope_code
)

SELECT
    counted.departement_code AS territory_code,
    counted.scope_code,
    CAST(counted.unmet AS DOUBLE) AS numerator,
    CAST(counted.known AS DOUBLE) AS denominator,
    CAST(counted.unmet AS DOUBLE) AS value,
    CAST(counted.known AS BIGINT) AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high,
    CAST(counted.requests - counted.known AS BIGINT) AS left_out,
    coalesce(projects.under_way, 0) AS projects_under_way,
    caes.siren AS cae_siren,
    caes.name AS cae_name,
    caes.km AS cae_km,
    coalesce(caes.caes, 0) AS cae_in_departement
FROM counted
LEFT JOIN projects USING (departement_code, scope_code)
LEFT JOIN marts.nearest_caes AS caes USING (departement_code)
WHERE counted.known > 0
ORDER BY counted.unmet DESC, counted.departement_code, counted.scope_code
