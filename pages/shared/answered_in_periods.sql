-- grain: one row per period of months asked for, in their order
-- answers: How soon do the requests of each have their first answer?
-- columns: place (1 for the first); numerator, denominator, value, n, low, high, p90, left_out, undated, waiting as the metric first_response has them
WITH by_month AS (
    SELECT month, sum(COLUMNS('_(answered|leaving)$'))
    FROM marts.first_response_months
    WHERE
        month BETWEEN $from AND $to
        AND lies_within($within_level, $within_code, region_code, departement_code, NULL)
        AND is_asked_scope($scopes, scope_code)
    GROUP BY month
),

-- shell: periods
counted AS (
    SELECT periods.place, sum(COLUMNS('_(answered|leaving)$'))
    FROM periods
    LEFT JOIN by_month ON by_month.month BETWEEN periods.start AND periods.until
    GROUP BY periods.place
),

-- shell: timed
SELECT * FROM timed ORDER BY place
