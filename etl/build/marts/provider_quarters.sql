-- grain: one row per closed quarter, establishment on offer on its last day and domain scope
-- answers: who was on offer at the end of each quarter
-- columns: quarter (its first day); contributor as in staging.providers; kind; is_cooperative, is_scop as last known
-- kind: view
SELECT
    quarters.quarter,
    providers.contributor,
    periods.kind,
    periods.region_code,
    periods.departement_code,
    periods.scope_code,
    cooperatives.provider_id IS NOT NULL AS is_cooperative,
    coalesce(cooperatives.is_scop, FALSE) AS is_scop
FROM (
    SELECT
        CAST(quarter AS DATE) AS quarter,
        CAST(quarter + INTERVAL 3 MONTH AS DATE) - 1 AS ends_on
    FROM reference.settings AS settings,
        generate_series(
            date_trunc('quarter', (SELECT min(month) FROM marts.months) + INTERVAL 2 MONTH),
            CAST(settings.as_of AS TIMESTAMP), INTERVAL 3 MONTH
        ) AS series (quarter)
    WHERE CAST(quarter + INTERVAL 3 MONTH AS DATE) - 1 < settings.as_of
) AS quarters
INNER JOIN staging.provider_period_scopes AS periods
    ON
        periods.active_from <= quarters.ends_on
        AND (periods.active_to IS NULL OR periods.active_to > quarters.ends_on)
INNER JOIN staging.providers AS providers USING (provider_id)
LEFT JOIN staging.cooperative_providers AS cooperatives USING (provider_id)
