-- grain: one row per month, place, domain and horizon, at two grains: département (is_commune FALSE) and commune (is_commune TRUE, default horizon only)
-- answers: the request counts of a territory of any level; always filter is_commune and horizon_days
-- columns: as in request_months
-- kind: view
SELECT
    FALSE AS is_commune, month, NULL AS commune_code, departement_code, region_code, domain_code,
    horizon_days, requests, mature, known, filled, filled_late, filled_undated, cancelled,
    answers_known, unanswered, answered_late, answered_undated
FROM marts.request_months
UNION ALL
SELECT
    TRUE, month, commune_code, departement_code, region_code, domain_code,
    (SELECT fill_days FROM reference.settings), requests, mature, known, filled,
    filled_late, filled_undated, cancelled, answers_known, unanswered, answered_late,
    answered_undated
FROM marts.commune_requests
WHERE NOT is_point
