-- grain: one row per provider on the asked page, best first; one row without provider_id when there is none
-- answers: Who is found under the words as they were read and the filters, and how many are there in all?
-- columns: total, total_active (of all pages); page (the one shown: the last when fewer exist); is_active, inactive_reason (within the domain asked for); km (from the asked
--   point, NULL without one); name_hits (words found in the name); the others as in marts.providers
WITH terms AS (
    SELECT
        unnest($terms) AS word_number, unnest($term_bits) AS bit, unnest($term_gains) AS gain
),

found_words AS (
    SELECT postings.number, terms.bit, max(terms.gain) AS gain
    FROM marts.search_postings AS postings
    INNER JOIN terms ON postings.word_number = terms.word_number
    GROUP BY postings.number, terms.bit
),

-- who has which of the words in the name
named AS (
    SELECT number, CAST(sum(bit) AS BIGINT) AS seen, sum(gain) AS gain
    FROM found_words
    GROUP BY number
),

near AS (
    SELECT unnest($near_places) AS place_number, unnest($near_km) AS km
),

candidates AS (
    SELECT
        providers.number, providers.place_number, providers.provider_row,
        providers.provider_id, providers.region_code,
        providers.departement_code, providers.domains, providers.active_domains,
        providers.approved_domains, providers.unapproved_domains, providers.kind,
        providers.is_scop, providers.last_seen_on, providers.name_key, providers.name_words,
        providers.is_active AS is_active_in_any,
        named.seen, named.gain, near.km, providers.postcode,
        CASE
            WHEN $domains = 0 THEN providers.is_active
            ELSE (providers.active_domains & $domains) <> 0
        END AS is_active
    FROM marts.search_rows AS providers
    LEFT JOIN named ON providers.number = named.number
    LEFT JOIN near ON providers.place_number = near.place_number
    WHERE
        ($in_low <= 1 OR providers.place_number >= $in_low)
        AND ($in_high = 0 OR providers.place_number <= $in_high)
        AND (
            (
                ($low <= 1 OR providers.place_number >= $low)
                AND ($high = 0 OR providers.place_number <= $high)
                AND (len($places) = 0 OR list_contains($places, providers.place_number))
                AND (
                    $postcode = '' OR providers.postcode = $postcode
                    OR (providers.postcode IS NULL AND NOT $is_arrondissement)
                )
            )
            -- who has every word in the name is found wherever it is based
            OR ($every_bits <> 0 AND named.seen & $every_bits = $every_bits)
        )
        AND ($must_name = FALSE OR named.number IS NOT NULL)
        AND (NOT $is_near OR near.km IS NOT NULL)
        AND (NOT $is_coming OR near.km <= providers.reach_km)
        AND (
            $identifier = '' OR starts_with(providers.siren, $identifier)
            OR starts_with(providers.siret, $identifier)
        )
        AND ($exact_name = '' OR providers.name_key = $exact_name)
        AND ($all_bits = 0 OR $all_bits & (
            coalesce(named.seen, 0)
            | CASE WHEN (providers.domains & $first_mask) <> 0 THEN $first_bits ELSE 0 END
            | CASE WHEN (providers.domains & $second_mask) <> 0 THEN $second_bits ELSE 0 END
            | CASE WHEN (providers.domains & $third_mask) <> 0 THEN $third_bits ELSE 0 END
            | CASE WHEN providers.kind = $said_kind THEN $kind_bits ELSE 0 END
        ) = $all_bits)
),

-- a filter that is not met is one bit
judged AS (
    SELECT
        *,
        CASE WHEN $domains = 0 OR (domains & $domains) <> 0 THEN 0 ELSE 1 END
        + CASE WHEN $kind = 'all' OR kind = $kind THEN 0 ELSE 2 END
        + CASE WHEN NOT $active_only OR is_active THEN 0 ELSE 4 END
        + CASE WHEN NOT $scop_only OR is_scop THEN 0 ELSE 8 END
        + CASE $approval
            WHEN 'yes' THEN CASE
                WHEN approved_domains & CASE WHEN $domains = 0 THEN ~0 ELSE $domains END <> 0
                    THEN 0 ELSE 16 END
            WHEN 'lacking' THEN CASE
                WHEN unapproved_domains & CASE WHEN $domains = 0 THEN ~0 ELSE $domains END <> 0
                    THEN 0 ELSE 16 END
            ELSE 0
        END AS missed
    FROM candidates
),

held AS MATERIALIZED (
    SELECT * FROM judged
    WHERE missed = 0
),

totals AS (
    SELECT
        count(*) AS total,
        count(*) FILTER (WHERE is_active) AS total_active,
        least(greatest($page, 1), greatest(1, CAST(ceil(count(*) / $size::DOUBLE) AS BIGINT))) AS page
    FROM held
),

ranked AS (
    SELECT
        provider_id, provider_row, is_active, km, bit_count(coalesce(seen, 0)) AS name_hits, last_seen_on,
        -- the very name; then, of a kind of help, who is active: of a name, who has it most
        CASE
            WHEN $sort = 'distance' THEN coalesce(km, 1e9)
            WHEN $sort = 'relevance' AND (
                $name_key = '' OR name_key IS DISTINCT FROM $name_key
            ) THEN 1.0
            ELSE 0.0
        END AS first_rank,
        CASE
            WHEN $sort = 'freshness' OR ($sort = 'relevance' AND $by_name) OR is_active THEN 0 ELSE 1
        END AS second_rank,
        CASE
            WHEN $sort <> 'relevance' THEN 0.0
            ELSE
                CASE WHEN $postcode <> '' AND postcode IS NULL THEN 1000.0 ELSE 0.0 END - round(
                    coalesce(gain, 0)
                    * (1 + bit_count(coalesce(seen, 0)) / greatest(1, name_words)), 1
                ) + CASE WHEN is_active THEN 0 ELSE 0.01 END
        END AS third_rank
    FROM held
),

shown AS (
    SELECT *
    FROM ranked
    ORDER BY first_rank, second_rank, third_rank, last_seen_on DESC NULLS LAST, provider_id
    LIMIT $size
    OFFSET (SELECT (page - 1) * $size FROM totals)
)

SELECT
    totals.total, totals.total_active, totals.page,
    shown.provider_id, providers.name, providers.kind,
    providers.domain_codes, providers.commune_code, providers.commune_name, providers.postcode,
    providers.city, providers.departement_code, providers.departement_name, providers.region_code,
    providers.place_precision, providers.reach_km, providers.is_reach_known, shown.km,
    shown.is_active,
    CASE WHEN NOT shown.is_active THEN coalesce(providers.inactive_reason, 'not_approved') END
        AS inactive_reason,
    providers.last_seen_on, providers.price_hour_eur, providers.siren, shown.name_hits
FROM totals
LEFT JOIN shown ON TRUE
LEFT JOIN marts.providers AS providers ON shown.provider_row = providers.rowid
ORDER BY
    shown.first_rank, shown.second_rank, shown.third_rank, shown.last_seen_on DESC NULLS LAST,
    shown.provider_id
