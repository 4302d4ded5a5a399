-- grain: one row per provider on the asked page, best first; one row without provider_id when there is none
-- answers: Which providers are found under these words, and how many are there in all?
-- columns: total, total_active (of all pages); page (the one shown: the last when fewer exist); is_active,
--   inactive_reason (within the domain asked for); km (from the asked commune's point to the provider's
--   commune's, when within reach); name_hits (words found in the name); the others as in marts.providers
WITH tokens AS (
    SELECT list_filter(string_split(fold($words), ' '), lambda token: token <> '') AS tokens
),

-- "garde d'enfants à Rennes": the little words say nothing, unless nothing else was typed
telling AS (
    SELECT
        tokens,
        list_filter(tokens, lambda token: NOT list_contains([
            'a', 'and', 'au', 'aux', 'd', 'dans', 'de', 'des', 'du', 'en', 'et', 'for', 'in', 'l',
            'la', 'le', 'les', 'near', 'of', 'pour', 'pres', 'the'
        ], token)) AS telling
    FROM tokens
),

words AS (
    SELECT unnest(list_distinct(CASE WHEN len(telling) > 0 THEN telling ELSE tokens END)) AS word
    FROM telling
),

-- a word is the beginning of one in the key; a short number (35, 971) is a whole one, or it would be
-- the beginning of many a SIREN; a plural also finds its singular
asked AS MATERIALIZED (
    SELECT
        list(CASE WHEN regexp_full_match(word, '[0-9]{1,3}') THEN ' ' || word || ' ' ELSE ' ' || word END
            ORDER BY length(word) DESC, word) AS needles,
        list(CASE WHEN regexp_full_match(word, '[a-z]{3,}[sx]') THEN ' ' || word[:-2] || ' ' END
            ORDER BY length(word) DESC, word) AS singulars
    FROM words
),

place AS (
    SELECT latitude, longitude
    FROM reference.communes
    WHERE $reaching AND $level = 'commune' AND commune_code = $code
),

near AS (
    SELECT
        communes.commune_code,
        2 * 6371.0088 * asin(least(1, sqrt(
            power(sin(radians(place.latitude - communes.latitude) / 2), 2)
            + cos(radians(communes.latitude)) * cos(radians(place.latitude))
            * power(sin(radians(place.longitude - communes.longitude) / 2), 2)
        ))) AS km
    FROM reference.communes AS communes
    INNER JOIN place ON abs(place.latitude - communes.latitude) < 3
),

in_scope AS (
    SELECT offered.provider_id, bool_or(offered.is_active) AS is_active
    FROM marts.provider_domains AS offered
    INNER JOIN reference.domain_scopes AS scopes ON offered.domain_code = scopes.domain_code
    WHERE scopes.scope_code = $scope AND $scope <> 'all'
    GROUP BY offered.provider_id
),

candidates AS (
    SELECT
        providers.provider_id,
        providers.name,
        providers.last_seen_on,
        CASE WHEN $words <> '' THEN ' ' || providers.search_key || ' ' END AS key,
        CASE WHEN $scope = 'all' THEN providers.is_active ELSE in_scope.is_active END AS is_active,
        near.km
    FROM marts.providers AS providers
    LEFT JOIN in_scope ON providers.provider_id = in_scope.provider_id
    LEFT JOIN near ON providers.commune_code = near.commune_code AND near.km <= providers.reach_km
    WHERE
        ($scope = 'all' OR in_scope.provider_id IS NOT NULL)
        AND ($kind = 'all' OR providers.kind = $kind)
        AND (
            near.km IS NOT NULL
            OR lies_within(
                $level, $code, providers.region_code, providers.departement_code,
                providers.commune_code
            )
        )
),

found AS MATERIALIZED (
    SELECT
        candidates.* EXCLUDE (key),
        list_sum(list_transform(asked.needles, lambda needle: CASE
            WHEN strpos(candidates.key, needle) BETWEEN 1 AND length(candidates.name) THEN 1 ELSE 0
        END)) AS name_hits
    FROM candidates
    CROSS JOIN asked
    WHERE
        (candidates.is_active OR NOT $active_only)
        AND ($words = '' OR (
            -- the first three words by themselves: far faster than a list over every row
            (
                contains(candidates.key, asked.needles[1])
                OR coalesce(contains(candidates.key, asked.singulars[1]), FALSE)
            )
            AND (
                contains(candidates.key, coalesce(asked.needles[2], ''))
                OR coalesce(contains(candidates.key, asked.singulars[2]), FALSE)
            )
            AND (
                contains(candidates.key, coalesce(asked.needles[3], ''))
                OR coalesce(contains(candidates.key, asked.singulars[3]), FALSE)
            )
            AND (len(asked.needles) <= 3 OR len(list_filter(
                range(4, len(asked.needles) + 1),
                lambda n: NOT contains(candidates.key, asked.needles[n])
                AND NOT coalesce(contains(candidates.key, asked.singulars[n]), FALSE)
            )) = 0)
        ))
),

totals AS (
    SELECT
        count(*) AS total,
        count(*) FILTER (WHERE is_active) AS total_active,
        least(greatest($page, 1), greatest(1, CAST(ceil(count(*) / $size::DOUBLE) AS BIGINT))) AS page
    FROM found
),

shown AS (
    SELECT *
    FROM found
    ORDER BY
        coalesce(name_hits, 0) DESC, is_active DESC, last_seen_on DESC NULLS LAST,
        name NULLS LAST, provider_id
    LIMIT $size
    OFFSET (SELECT (page - 1) * $size FROM totals)
)

SELECT
    totals.total, totals.total_active, totals.page, shown.provider_id, providers.name, providers.kind,
    providers.domain_codes, providers.commune_code, providers.commune_name, providers.postcode,
    providers.city, providers.departement_code, providers.departement_name, providers.region_code,
    providers.place_precision, providers.reach_km, providers.is_reach_known, shown.km,
    shown.is_active,
    CASE WHEN NOT shown.is_active THEN coalesce(providers.inactive_reason, 'not_approved') END
        AS inactive_reason,
    providers.last_seen_on, providers.price_hour_eur, providers.siren, shown.name_hits
FROM totals
LEFT JOIN shown ON TRUE
LEFT JOIN marts.providers AS providers ON shown.provider_id = providers.provider_id
ORDER BY
    coalesce(shown.name_hits, 0) DESC, shown.is_active DESC, shown.last_seen_on DESC NULLS LAST,
    shown.name NULLS LAST, shown.provider_id
