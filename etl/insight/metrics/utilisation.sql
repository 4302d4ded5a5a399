-- label: Utilisation
-- why: Share of the providers active in the period who were hired in it: the others wait for their first job, and may leave. Empty where no request names whom it hired.
-- unit: share
-- direction: high
-- counts: providers
-- topic: market
-- levels: country, region, departement
-- sources: providers
-- source: providers both active and hired in the period / active in it, where they are based; Wilson interval
WITH
-- shell: months_asked
named AS (
    SELECT coalesce(sum(provider_known), 0) > 0 AS is_known
    FROM marts.hire_months
    WHERE month BETWEEN $from AND $to
),

counted AS (
    SELECT
        territory_of($level, region_code, departement_code, NULL) AS territory_code,
        scope_code,
        CASE WHEN bool_or(named.is_known)
            THEN coalesce(sum(providers) FILTER (WHERE hired_months & months_asked.month_bits <> 0), 0)
        END AS numerator,
        sum(providers) AS denominator
    FROM marts.work_patterns
    CROSS JOIN months_asked
    CROSS JOIN named
    WHERE
        active_months & months_asked.month_bits <> 0
        AND lies_within($within_level, $within_code, region_code, departement_code, NULL)
        AND is_asked_scope($scopes, scope_code)
    GROUP BY territory_code, scope_code
)

-- shell: share
