-- label: State of the market
-- why: What a domain and a territory need: more providers, more requests, a better match, or nothing. The limits are settings, shown beside.
-- unit: state
-- direction: high
-- counts: requests
-- topic: market
-- levels: country, region, departement, commune
-- sources: providers, requests
-- columns: value = active providers based in the territory (reaching it, for a commune) / k; n = requests; state = healthy (enough providers, fill rate at its target), else short_of_supply (too few providers or too many requests without an answer, with requests), short_of_demand (enough providers, pressure below its limit), dormant (too few providers, no requests), unmatched (enough of both, fill rate below its target), unknown (enough of both, no outcome known); fill_rate, zero_response, pressure as in their own metrics
-- source: Thumbtack Engineering 2024; limits fill_target, zero_response_limit, pressure_limit
WITH
-- shell: months_asked
-- shell: in_time
-- shell: past_supply
demand AS (
    SELECT
        territory_code, scope_code,
        sum(requests) AS requests,
        CASE
            WHEN is_dated(sum(filled + filled_late), sum(filled_undated))
                THEN sum(filled) / nullif(sum(known), 0)::DOUBLE
        END AS fill_rate,
        CASE
            WHEN is_dated(
                sum(answers_known - unanswered + answered_late), sum(answered_undated)
            ) THEN sum(unanswered) / nullif(sum(answers_known), 0)::DOUBLE
        END AS zero_response
    FROM in_time
    GROUP BY territory_code, scope_code
),

-- who reaches a commune is read with the communes of its territory, not among all the country's
supply AS (
    SELECT code, scope_code, providers_based AS providers
    FROM marts.territory_supply
    WHERE
        level = $level AND $level <> 'commune' AND kind = 'all'
        AND is_asked_scope($scopes, scope_code)
    UNION ALL
    SELECT commune_code, scope_code, providers
    FROM marts.commune_supply
    WHERE
        $level = 'commune'
        AND lies_within(
            $within_level, $within_code, region_code, departement_code, commune_code
        )
        AND is_asked_scope($scopes, scope_code)
),

cells AS (
    SELECT
        territories.code AS territory_code,
        scopes.scope_code,
        coalesce(supply.providers, 0) AS providers,
        coalesce(demand.requests, 0) AS requests,
        demand.fill_rate,
        demand.zero_response,
        -- the past of a commune's supply is not kept: today's stands for it
        coalesce(demand.requests, 0) / nullif(CASE
            WHEN $level = 'commune' THEN supply.providers * months_asked.months
            ELSE past_supply.provider_months
        END, 0)::DOUBLE AS pressure
    FROM reference.territories AS territories
    CROSS JOIN reference.scopes AS scopes
    CROSS JOIN months_asked
    LEFT JOIN supply USING (code, scope_code)
    LEFT JOIN past_supply
        ON territories.code = past_supply.territory_code AND scopes.scope_code = past_supply.scope_code
    LEFT JOIN demand
        ON territories.code = demand.territory_code AND scopes.scope_code = demand.scope_code
    WHERE
        territories.level = $level
        AND lies_within(
            $within_level, $within_code,
            territories.region_code, territories.departement_code, territories.commune_code
        )
        AND is_asked_scope($scopes, scopes.scope_code)
        AND scopes.scope_code <> 'unknown'
)

SELECT
    cells.territory_code,
    cells.scope_code,
    CAST(cells.providers AS DOUBLE) AS numerator,
    CAST($k AS DOUBLE) AS denominator,
    cells.providers / CAST($k AS DOUBLE) AS value,
    CAST(cells.requests AS BIGINT) AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high,
    CASE
        WHEN cells.providers >= $k AND cells.fill_rate >= settings.fill_target THEN 'healthy'
        WHEN
            cells.requests > 0
            AND (cells.providers < $k OR cells.zero_response > settings.zero_response_limit)
            THEN 'short_of_supply'
        WHEN cells.providers < $k THEN 'dormant'
        WHEN cells.requests = 0 OR cells.pressure < settings.pressure_limit THEN 'short_of_demand'
        WHEN cells.fill_rate IS NULL THEN 'unknown'
        ELSE 'unmatched'
    END AS state,
    cells.fill_rate,
    cells.zero_response,
    cells.pressure
FROM cells
CROSS JOIN reference.settings AS settings
ORDER BY cells.territory_code, cells.scope_code
