-- grain: one row per provider, by place and then by provider_id, so that a territory is one range of rows
-- answers: all that a search filters, counts and ranks by, as numbers
-- columns: number from 0; provider_row as in marts.providers; place_number as in marts.search_places; postcode, siren, siret as numbers, 0 where not known; domains, active_domains, approved_domains, unapproved_domains = sums of bits of marts.search_domains; freshness = rank by last_seen_on, the latest first, then by provider_id; name_key = 64 bits of the folded name's MD5, 0 without a name; name_words = words that tell in it; first_word = 64 bits of the MD5 of the first of them, 0 without one; initials = their first letters, but for those of the legal form; full_initials = those of all words of the name, but for its own commune's; the others as in marts.providers
WITH offered AS (
    SELECT
        offered.provider_id,
        CAST(sum(domains.bit) AS BIGINT) AS domains,
        CAST(coalesce(sum(domains.bit) FILTER (offered.is_active), 0) AS BIGINT) AS active_domains,
        CAST(coalesce(sum(domains.bit) FILTER (offered.approval = 'yes'), 0) AS BIGINT)
            AS approved_domains,
        CAST(coalesce(sum(domains.bit) FILTER (offered.approval IN ('no', 'unknown')), 0) AS BIGINT)
            AS unapproved_domains
    FROM marts.provider_domains AS offered
    INNER JOIN marts.search_domains AS domains ON offered.domain_code = domains.domain_code
    GROUP BY offered.provider_id
)

SELECT
    CAST(row_number() OVER (ORDER BY places.place_number, providers.provider_id) - 1 AS INTEGER)
        AS number,
    providers.provider_row,
    places.place_number,
    providers.provider_id,
    coalesce(TRY_CAST(providers.postcode AS INTEGER), 0) AS postcode,
    coalesce(offered.domains, 0) AS domains,
    coalesce(offered.active_domains, 0) AS active_domains,
    coalesce(offered.approved_domains, 0) AS approved_domains,
    coalesce(offered.unapproved_domains, 0) AS unapproved_domains,
    providers.is_active,
    providers.kind,
    coalesce(providers.is_scop, FALSE) AS is_scop,
    providers.reach_km,
    CAST(row_number() OVER (
        ORDER BY providers.last_seen_on DESC NULLS LAST, providers.provider_id
    ) AS INTEGER) AS freshness,
    coalesce(TRY_CAST(providers.siren AS INTEGER), 0) AS siren,
    coalesce(TRY_CAST(providers.siret AS BIGINT), 0) AS siret,
    coalesce(md5_number_lower(fold(providers.name)), 0) AS name_key,
    coalesce(CAST(len(telling_stems(fold(providers.name))) AS SMALLINT), 0) AS name_words,
    coalesce(md5_number_lower(telling_stems(fold(providers.name))[1]), 0) AS first_word,
    initials(fold(providers.name)) AS initials,
    first_letters(without_place(fold(providers.name), fold(providers.commune_name)))
        AS full_initials
FROM marts.providers AS providers
INNER JOIN marts.search_places AS places
    ON
        coalesce(providers.region_code, '') = coalesce(places.region_code, '')
        AND coalesce(providers.departement_code, '') = coalesce(places.departement_code, '')
        AND coalesce(providers.commune_code, '') = coalesce(places.commune_code, '')
        AND coalesce(providers.base_commune_code, '') = coalesce(places.near_commune_code, '')
LEFT JOIN offered ON providers.provider_id = offered.provider_id
ORDER BY number
