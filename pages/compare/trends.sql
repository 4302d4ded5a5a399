-- grain: one row per territory, scope and month that has requests or providers
-- answers: How do requests, the fill rate and the active providers of several territories or domains move month by month?
-- columns: territory_code; scope_code; month; requests; known (with a known outcome); fill_rate, low, high (95 % Wilson; empty where no filled request has a time); providers (based there, at the end of the month). A month without a row had none of them, where it was loaded
WITH
-- shell: in_time
-- shell: filled
counted AS (
    SELECT
        territory_code, scope_code, month,
        sum(COLUMNS('^(requests|numerator|denominator|dated|left_out|undated)$'))
    FROM filled
    WHERE territory_code IS NOT NULL
    GROUP BY territory_code, scope_code, month
),

supply AS (
    SELECT
        CASE $level WHEN 'several' THEN $level ELSE supply.code END AS territory_code,
        supply.scope_code, supply.month, sum(supply.providers) AS providers
    FROM marts.supply_months AS supply
    LEFT JOIN reference.territories AS territories USING (level, code)
    WHERE
        supply.kind = 'all'
        AND supply.month BETWEEN $from AND $to
        AND is_asked_scope($scopes, supply.scope_code)
        AND CASE $level
            WHEN 'several' THEN list_contains(
                string_split($within_code, '+'), supply.level || '-' || supply.code
            )
            ELSE supply.level = $level AND lies_within(
                $within_level, $within_code,
                territories.region_code, territories.departement_code, territories.commune_code
            )
        END
    GROUP BY ALL
),

-- shell: rated

SELECT
    territory_code, scope_code, month,
    CAST(rated.requests AS BIGINT) AS requests,
    CAST(rated.denominator AS BIGINT) AS known,
    rated.value AS fill_rate, rated.low, rated.high,
    CAST(supply.providers AS BIGINT) AS providers
FROM rated
FULL JOIN supply USING (territory_code, scope_code, month)
ORDER BY territory_code, scope_code, month
