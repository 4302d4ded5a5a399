-- label: Prices, months of activity and records count the same providers as supply does
WITH supply AS (
    SELECT level, code, scope_code, providers_based
    FROM marts.territory_supply
    WHERE kind = 'all' AND level <> 'commune' AND providers_based > 0
),

now AS (SELECT max(month_bit) AS month_bit FROM marts.months)

SELECT
    'prices' AS what, coalesce(supply.scope_code, prices.scope_code) AS scope_code,
    supply.providers_based AS expected, prices.providers AS found
FROM supply
FULL OUTER JOIN marts.territory_prices AS prices USING (level, code, scope_code)
WHERE supply.providers_based IS DISTINCT FROM prices.providers OR prices.priced > prices.providers
UNION ALL
-- whoever is active today was active in the last month
SELECT 'months', supply.scope_code, supply.providers_based, coalesce(sum(patterns.providers), 0)
FROM supply
CROSS JOIN now
LEFT JOIN marts.work_patterns AS patterns
    ON
        supply.scope_code = patterns.scope_code
        AND patterns.active_months & now.month_bit <> 0
WHERE supply.level = 'country'
GROUP BY supply.scope_code, supply.providers_based
HAVING supply.providers_based > coalesce(sum(patterns.providers), 0)
UNION ALL
SELECT 'records', scope_code, records, score_sum
FROM marts.quality_scores
WHERE score_sum < 0 OR score_sum > records OR complete > records
