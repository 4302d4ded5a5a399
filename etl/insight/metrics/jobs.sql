-- label: Jobs created and lost
-- why: Jobs created (births + expansions) less jobs lost (contractions + exits) in co-operatives, year by year. Jobs kept by a hand-over or a rescue are another figure: they were there before, so they are not created. A co-operative that did not declare both ends of a year is unknown, not a loss: their number is shown.
-- unit: count
-- direction: high
-- counts: co-operatives
-- topic: co-operatives
-- levels: country, region, departement
-- sources: cooperatives, cooperative_years
-- columns: year (one row for each closed year that ends in the period); $unit 'headcount' or 'fte' (full-time equivalents); created = births (births_transformed = of them, at associations and companies that became co-operatives, whose jobs were partly there before) + expansions, lost = contractions + exits, of which moved (merged or changed form); kept; opening and closing jobs of the same co-operatives: closing - opening = created - lost + kept; n = co-operatives known, left_out = not known
-- source: CG Scop
WITH firms AS (
    SELECT
        territory_of($level, region_code, departement_code, NULL) AS territory_code,
        scopes.scope_code,
        flows.*
    FROM marts.job_flows AS flows
    INNER JOIN marts.cooperative_scopes AS scopes ON flows.siren = scopes.siren
    WHERE
        make_date(flows.year, 12, 31)
        BETWEEN $from AND CAST(CAST($to AS DATE) + INTERVAL 1 MONTH AS DATE) - 1
        AND lies_within($within_level, $within_code, region_code, departement_code, NULL)
        AND is_asked_scope($scopes, scopes.scope_code)
        AND flows.unit = $unit
),

counted AS (
    SELECT
        territory_code, scope_code,
        sum(births + expansions - contractions - exits) AS numerator,
        count(*) FILTER (WHERE is_known) AS n,
        year,
        CAST(sum(births) AS DOUBLE) AS births,
        CAST(sum(CASE WHEN origin = 'transformation' THEN births WHEN is_known THEN 0 END) AS DOUBLE)
            AS births_transformed,
        CAST(sum(expansions) AS DOUBLE) AS expansions,
        CAST(sum(births + expansions) AS DOUBLE) AS created,
        CAST(sum(contractions) AS DOUBLE) AS contractions,
        CAST(sum(exits) AS DOUBLE) AS exits,
        CAST(sum(contractions + exits) AS DOUBLE) AS lost,
        CAST(sum(moved) AS DOUBLE) AS moved,
        CAST(sum(kept) AS DOUBLE) AS kept,
        CAST(sum(opening) FILTER (WHERE is_known) AS DOUBLE) AS opening,
        CAST(sum(closing) FILTER (WHERE is_known) AS DOUBLE) AS closing,
        count(*) FILTER (WHERE NOT is_known) AS left_out
    FROM firms
    GROUP BY territory_code, scope_code, year
)

-- shell: number
