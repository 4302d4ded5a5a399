-- label: Jobs that last after a birth
-- why: People employed after 3 years (after_5y: 5 years) by the co-operatives born in a year, for each at the end of the year of their birth; those that have ceased count 0. Above 1 they have grown by more than what was lost. Those of which nobody declared how many they employed later are left out, and their number is shown.
-- unit: ratio
-- direction: high
-- counts: co-operatives
-- topic: co-operatives
-- levels: country, region, departement
-- sources: cooperatives, cooperative_years
-- columns: year = the birth cohort, one row for each that ends in the period; value and n (co-operatives) after 3 years; after_5y the ratio and n_5y after 5; left_out, left_out_5y; NULL = not yet over or nobody known
WITH births AS (
    SELECT
        territory_of($level, region_code, departement_code, NULL) AS territory_code,
        scopes.scope_code,
        cohorts.*
    FROM marts.birth_cohorts AS cohorts
    INNER JOIN marts.cooperative_scopes AS scopes ON cohorts.siren = scopes.siren
    WHERE
        make_date(cohorts.birth_year, 12, 31)
        BETWEEN $from AND CAST(CAST($to AS DATE) + INTERVAL 1 MONTH AS DATE) - 1
        AND lies_within($within_level, $within_code, region_code, departement_code, NULL)
        AND is_asked_scope($scopes, scopes.scope_code)
),

counted AS (
    SELECT
        territory_code, scope_code,
        sum(after_3y) AS numerator, sum(at_birth_3y) AS denominator, count(after_3y) AS n,
        birth_year AS year,
        CAST(sum(after_5y) AS DOUBLE) / nullif(CAST(sum(at_birth_5y) AS DOUBLE), 0) AS after_5y,
        count(after_5y) AS n_5y,
        count(*) FILTER (WHERE left_out_3y) AS left_out,
        count(*) FILTER (WHERE left_out_5y) AS left_out_5y
    FROM births
    GROUP BY territory_code, scope_code, birth_year
)

-- shell: ratio
