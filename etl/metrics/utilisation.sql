-- label.en: Utilisation
-- label.fr: Taux d'emploi de l'offre
-- why.en: Share of the providers active in the period who were hired in it: the others wait for their first job, and may leave. Empty where no request names whom it hired.
-- why.fr: Part des prestataires actifs pendant la période qui ont été retenus au moins une fois : les autres attendent, et risquent de partir. Vide si aucune demande ne nomme le prestataire retenu.
-- unit: share
-- low_is_good: false
-- source: providers both active and hired in the period / active in it, where they are based; Wilson interval
WITH asked AS (
    SELECT bit_or(month_bit) AS months FROM marts.months WHERE month BETWEEN $from AND $to
),

named AS (
    SELECT coalesce(sum(provider_known), 0) > 0 AS is_known
    FROM marts.hire_months
    WHERE month BETWEEN $from AND $to
),

counted AS (
    SELECT
        territory_of($level, region_code, departement_code, NULL) AS territory_code,
        scope_code,
        sum(providers) AS active,
        CASE WHEN any_value(named.is_known)
            THEN coalesce(sum(providers) FILTER (WHERE hired_months & asked.months <> 0), 0)
        END AS hired
    FROM marts.work_patterns
    CROSS JOIN asked
    CROSS JOIN named
    WHERE
        active_months & asked.months <> 0
        AND lies_within($within_level, $within_code, region_code, departement_code, NULL)
        AND is_asked_scope($scopes, scope_code)
    GROUP BY territory_code, scope_code
)

SELECT
    territory_code,
    scope_code,
    CAST(hired AS DOUBLE) AS numerator,
    CAST(active AS DOUBLE) AS denominator,
    hired / active::DOUBLE AS value,
    CAST(active AS BIGINT) AS n,
    wilson_low(hired, active) AS low,
    wilson_high(hired, active) AS high
FROM counted
WHERE territory_code IS NOT NULL
ORDER BY territory_code, scope_code
