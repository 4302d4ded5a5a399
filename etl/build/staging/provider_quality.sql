-- grain: one row per provider, as last known
-- answers: how complete and fresh a provider's record is, and what to correct in it
-- columns: quality_score 0 to 1 = mean of the criteria that apply; to_correct = the criteria below 1, in a fixed order. For everybody: name, domain, place (a commune), price, capacity, reach, freshness (1 below 6 months since last seen, else since the drop; linear to 0 at 2 years). Approval: whoever offers a domain that needs one. Identifier (SIREN or SIRET): organisations, and individuals who work other than as employees of the household. Url: organisations.
WITH needed AS (
    SELECT provider_id, version, bool_and(approval = 'yes') AS has_approval
    FROM staging.provider_version_domains
    WHERE approval <> 'not_required'
    GROUP BY provider_id, version
),

described AS (
    SELECT
        providers.*,
        needed.has_approval,
        providers.kind IN ('association', 'company', 'cooperative') AS is_organisation,
        date_diff(
            'day', coalesce(providers.latest_seen_on, providers.as_of), settings.as_of
        ) AS age_days
    FROM staging.providers AS providers
    CROSS JOIN reference.settings AS settings
    LEFT JOIN needed USING (provider_id, version)
),

-- NULL where a criterion does not apply
scored AS (
    SELECT
        provider_id,
        [
            CAST(name IS NOT NULL AS DOUBLE),
            CAST(len(domain_codes) > 0 AS DOUBLE),
            CAST(commune_code IS NOT NULL AS DOUBLE),
            CAST(has_approval AS DOUBLE),
            CASE
                WHEN is_organisation OR list_has_any(modes, ['prestataire', 'mandataire'])
                    THEN CAST(coalesce(siren, siret) IS NOT NULL AS DOUBLE)
            END,
            CAST(price_hour_eur IS NOT NULL AS DOUBLE),
            CAST(capacity_per_month IS NOT NULL AS DOUBLE),
            CAST(is_reach_known AS DOUBLE),
            CASE WHEN is_organisation THEN CAST(url IS NOT NULL AS DOUBLE) END,
            -- 183 days are 6 months, 730 are 2 years
            greatest(0.0, least(1.0, (730 - age_days) / 547.0))
        ] AS scores
    FROM described
)

SELECT
    provider_id,
    round(list_avg(scores), 4) AS quality_score,
    list_filter(
        [
            CASE WHEN scores[1] < 1 THEN 'name' END,
            CASE WHEN scores[2] < 1 THEN 'domain' END,
            CASE WHEN scores[3] < 1 THEN 'place' END,
            CASE WHEN scores[4] < 1 THEN 'approval' END,
            CASE WHEN scores[5] < 1 THEN 'identifier' END,
            CASE WHEN scores[6] < 1 THEN 'price' END,
            CASE WHEN scores[7] < 1 THEN 'capacity' END,
            CASE WHEN scores[8] < 1 THEN 'reach' END,
            CASE WHEN scores[9] < 1 THEN 'url' END,
            CASE WHEN scores[10] < 1 THEN 'freshness' END
        ],
        lambda criterion: criterion IS NOT NULL
    ) AS to_correct
FROM scored
