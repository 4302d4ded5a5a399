-- grain: one row per commune with an active provider, reach class and domain scope
-- answers: how many requests a month the providers of a commune can take
-- columns: class_km 5|10|20|30|50 = the smallest class >= the provider's reach, 50 above; capacity_per_month summed, 1 for a provider that does not say. A provider counts whole in each domain that it serves, once in a family and in 'all'
SELECT
    offers.base_commune_code AS commune_code,
    reach_class_km(offers.reach_km) AS class_km,
    offers.scope_code,
    sum_in_order(coalesce(versions.capacity_per_month, 1)) AS capacity_per_month,
    count(*) AS providers
FROM staging.active_provider_scopes AS offers
INNER JOIN staging.provider_versions AS versions USING (provider_id, version)
WHERE offers.base_commune_code IS NOT NULL AND offers.scope_code <> 'unknown'
GROUP BY ALL
