-- grain: one row per establishment, stretch of days and domain scope (a domain, its family, all)
-- answers: in which scopes an establishment counts once, and when
-- columns: provider_id, version = the row that speaks for it on those days
SELECT DISTINCT
    periods.establishment_id,
    periods.provider_id,
    periods.version,
    scopes.scope_code,
    coalesce(periods.kind, 'unknown') AS kind,
    periods.commune_code,
    periods.base_commune_code,
    periods.departement_code,
    periods.region_code,
    periods.reach_km,
    periods.active_from,
    periods.active_to,
    periods.is_first_day,
    periods.is_last_day
FROM staging.establishment_periods AS periods
INNER JOIN staging.provider_version_domains AS offered USING (provider_id, version)
INNER JOIN reference.domain_scopes AS scopes USING (domain_code)
WHERE offered.approval <> 'no'
