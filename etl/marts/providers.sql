-- grain: one row per provider, as last known
-- answers: who a provider is, where it is based, how far it travels, whether it is active, where its record came from
-- columns: reach_km as used (is_reach_known tells a default); inactive_reason NULL while active; is_cooperative, is_scop as in staging.cooperative_providers; quality_score 0 to 1 and to_correct, as in staging.provider_quality; search_key = folded words to search in
WITH words AS (
    SELECT
        domains.domain_code,
        -- folded once for each domain, not once for each provider
        fold(
            domains.label_fr || ' ' || domains.label_en || ' '
            || coalesce(string_agg(aliases.alias, ' ' ORDER BY aliases.alias), '')
        ) AS words
    FROM reference.domains AS domains
    LEFT JOIN reference.domain_aliases AS aliases
        ON
            domains.domain_code = aliases.domain_code
            -- numbers of activity codes (NAF 95.11Z) would answer for places (95, Val-d'Oise)
            AND NOT regexp_matches(aliases.alias, '[0-9]')
    GROUP BY domains.domain_code, domains.label_fr, domains.label_en
),

offered_words AS (
    SELECT
        offered.provider_id,
        array_to_string(list_sort(list_distinct(string_split(
            string_agg(words.words, ' '), ' '
        ))), ' ') AS words
    FROM marts.provider_domains AS offered
    INNER JOIN words ON offered.domain_code = words.domain_code
    GROUP BY offered.provider_id
)

SELECT
    providers.provider_id,
    providers.name,
    coalesce(providers.kind, 'unknown') AS kind,
    providers.modes,
    providers.legal_category,
    providers.siren,
    providers.siret,
    providers.domain_codes,
    providers.approvals,
    providers.commune_code,
    communes.name AS commune_name,
    providers.postcode,
    providers.city,
    providers.departement_code,
    departements.name AS departement_name,
    providers.region_code,
    providers.place_precision,
    providers.reach_km,
    providers.is_reach_known,
    providers.capacity_per_month,
    providers.price_hour_eur,
    providers.joined_on,
    least(providers.left_on, providers.gone_on) AS left_on,
    providers.latest_seen_on AS last_seen_on,
    providers.is_published,
    providers.inactive_reason IS NULL AS is_active,
    providers.inactive_reason,
    providers.employees,
    providers.url,
    cooperatives.provider_id IS NOT NULL AS is_cooperative,
    coalesce(cooperatives.is_scop, FALSE) AS is_scop,
    quality.quality_score,
    quality.to_correct,
    files.file AS source_file,
    providers.line AS source_line,
    providers.as_of AS source_as_of,
    -- the name first: a search tells by the place of a hit whether it is in the name
    concat_ws(
        ' ',
        nullif(fold(concat_ws(
            ' ', providers.name, communes.name, providers.city, providers.postcode,
            departements.name, departements.departement_code, regions.name, providers.siren,
            providers.siret
        )), ''),
        offered_words.words
    ) AS search_key
FROM staging.providers AS providers
LEFT JOIN reference.communes AS communes ON providers.commune_code = communes.commune_code
LEFT JOIN reference.departements AS departements
    ON providers.departement_code = departements.departement_code
LEFT JOIN reference.regions AS regions ON providers.region_code = regions.region_code
LEFT JOIN staging.cooperative_providers AS cooperatives
    ON providers.provider_id = cooperatives.provider_id
LEFT JOIN offered_words ON providers.provider_id = offered_words.provider_id
INNER JOIN staging.provider_quality AS quality ON providers.provider_id = quality.provider_id
INNER JOIN quality.files AS files ON providers.file_id = files.file_id
ORDER BY providers.provider_id
