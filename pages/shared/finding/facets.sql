-- grain: one row per filter and value of it
-- answers: How many would be found with this value of one filter, the words and the other filters staying?
-- columns: facet (domain, kind, active, scop, approval, or territory: the parts of the chosen one);
--   value; n (providers). The words and the filters are put together as in find.sql
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
    WHERE missed IN (0, 1, 2, 4, 8, 16)
),

cells AS (
    SELECT
        missed, domains, kind, is_active, is_scop,
        approved_domains & CASE WHEN $domains = 0 THEN ~0 ELSE $domains END <> 0 AS is_approved,
        unapproved_domains & CASE WHEN $domains = 0 THEN ~0 ELSE $domains END <> 0 AS is_lacking,
        count(*) AS n
    FROM held
    GROUP BY ALL
)

SELECT facet, value, CAST(n AS BIGINT) AS n
FROM (
    SELECT 'domain' AS facet, known.domain_code AS value, sum(cells.n) AS n
    FROM cells
    INNER JOIN marts.search_domains AS known ON (cells.domains & known.bit) <> 0
    WHERE cells.missed IN (0, 1)
    GROUP BY known.domain_code
    UNION ALL
    SELECT 'kind', kind, sum(n) FROM cells WHERE missed IN (0, 2) GROUP BY kind
    UNION ALL
    SELECT 'active', '1', coalesce(sum(n), 0) FROM cells WHERE missed IN (0, 4) AND is_active
    UNION ALL
    SELECT 'scop', '1', coalesce(sum(n), 0) FROM cells WHERE missed IN (0, 8) AND is_scop
    UNION ALL
    SELECT 'approval', 'yes', coalesce(sum(n), 0) FROM cells WHERE missed IN (0, 16) AND is_approved
    UNION ALL
    SELECT 'approval', 'lacking', coalesce(sum(n), 0)
    FROM cells
    WHERE missed IN (0, 16) AND is_lacking
    UNION ALL
    SELECT 'territory', value, count(*)
    FROM (
        SELECT CASE $part_level
            WHEN 'region' THEN held.region_code
            WHEN 'departement' THEN held.departement_code
            WHEN 'commune' THEN places.commune_code
        END AS value
        FROM held
        INNER JOIN marts.search_places AS places ON held.place_number = places.place_number
        WHERE held.missed = 0
    )
    WHERE value IS NOT NULL
    GROUP BY value
)
ORDER BY facet, n DESC, value
