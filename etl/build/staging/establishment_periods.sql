-- grain: one row per establishment and stretch of days on which one row speaks for it
-- answers: from which day to which day an establishment was on offer, and which of its providers it counts as
-- columns: as in provider_periods, cut where another provider of the establishment speaks: on each day, of those on offer, the latest row (of the newest drop known by then, then the later line); is_first_day / is_last_day: no other stretch touches that end
WITH repeated AS (
    SELECT establishment_id
    FROM staging.provider_periods
    GROUP BY establishment_id
    HAVING count(DISTINCT provider_id) > 1
),

-- who may offer nothing does not speak for those who may
offers AS (
    SELECT periods.*
    FROM staging.provider_periods AS periods
    WHERE
        periods.establishment_id IN (SELECT establishment_id FROM repeated)
        AND EXISTS (
            SELECT 1 FROM staging.provider_version_domains AS offered
            WHERE
                offered.provider_id = periods.provider_id
                AND offered.version = periods.version
                AND offered.approval <> 'no'
        )
),

stretches AS (
    SELECT
        establishment_id, day AS since,
        lead(day) OVER (PARTITION BY establishment_id ORDER BY day) AS until
    FROM (
        SELECT establishment_id, active_from AS day FROM offers
        UNION
        SELECT establishment_id, active_to FROM offers WHERE active_to IS NOT NULL
        UNION
        SELECT establishment_id, as_of FROM offers
    )
),

spoken AS (
    SELECT offers.* REPLACE (stretches.since AS active_from, stretches.until AS active_to)
    FROM offers
    INNER JOIN stretches
        ON
            offers.establishment_id = stretches.establishment_id
            AND offers.active_from <= stretches.since
            AND (offers.active_to IS NULL OR offers.active_to > stretches.since)
    QUALIFY
        row_number() OVER (
            PARTITION BY stretches.establishment_id, stretches.since
            ORDER BY
                offers.as_of <= stretches.since DESC,
                -- of the days before the first drop, the first drop tells
                CASE
                    WHEN offers.as_of <= stretches.since THEN offers.drop_number
                    ELSE -offers.drop_number
                END DESC,
                offers.line DESC,
                offers.provider_id DESC
        ) = 1
),

periods AS (
    SELECT * FROM staging.provider_periods
    WHERE establishment_id NOT IN (SELECT establishment_id FROM repeated)
    UNION ALL
    SELECT * FROM spoken
)

SELECT
    *,
    lag(active_to) OVER in_time IS DISTINCT FROM active_from AS is_first_day,
    lead(active_from) OVER in_time IS DISTINCT FROM active_to AS is_last_day
FROM periods
WINDOW in_time AS (PARTITION BY establishment_id ORDER BY active_from, version)
