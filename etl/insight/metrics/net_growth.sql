-- label: Net growth of co-operatives
-- why: Births less exits in the period. A merger or a change of form is an exit too, but not a failure: each kind of exit is shown. A co-operative that closed, nobody knows when, counts in births; the number of such exits stands beside.
-- unit: count
-- direction: high
-- counts: births and exits
-- topic: co-operatives
-- levels: country, region, departement, commune
-- sources: cooperatives
-- columns: births, exits; closure, liquidation, merger, conversion, exit_unknown = parts of exits (exit_unknown: gone from the register without a word); exits_without_birth = not among them: their birth is unknown, so no birth was counted either; exits_undated = not among them: closed, nobody knows when, of those born by the end of the period
-- source: CG Scop
WITH
-- shell: firms
moves AS (
    SELECT
        territory_code, scope_code, born_on AS day, 1 AS births, 0 AS exits, 0 AS unborn,
        0 AS undated, NULL AS exit_kind
    FROM firms
    UNION ALL
    -- an exit without a known birth takes away what no birth has added
    SELECT
        territory_code, scope_code, exited_on, 0, CASE WHEN born_on IS NULL THEN 0 ELSE 1 END,
        CASE WHEN born_on IS NULL THEN 1 ELSE 0 END, 0,
        CASE WHEN born_on IS NOT NULL THEN exit_kind END
    FROM firms
    UNION ALL
    -- in no period, so beside every one that begins to count it: from its birth on
    SELECT
        territory_code, scope_code, greatest(born_on, CAST($from AS DATE)), 0, 0, 0, 1, NULL
    FROM firms
    WHERE exited_on IS NULL AND firms.exit_kind IS NOT NULL
),

counted AS (
    SELECT
        territory_code, scope_code,
        sum(births - exits) AS numerator, sum(births + exits) AS n,
        CAST(sum(births) AS BIGINT) AS births,
        CAST(sum(exits) AS BIGINT) AS exits,
        count(*) FILTER (WHERE exit_kind = 'closure') AS closure,
        count(*) FILTER (WHERE exit_kind = 'liquidation') AS liquidation,
        count(*) FILTER (WHERE exit_kind = 'merger') AS merger,
        count(*) FILTER (WHERE exit_kind = 'conversion') AS conversion,
        count(*) FILTER (WHERE exit_kind = 'unknown') AS exit_unknown,
        CAST(sum(unborn) AS BIGINT) AS exits_without_birth,
        CAST(sum(undated) AS BIGINT) AS exits_undated
    FROM moves
    CROSS JOIN reference.settings AS settings
    WHERE
        day >= CAST($from AS DATE)
        AND day < CAST($to AS DATE) + INTERVAL 1 MONTH
        AND day <= settings.as_of
    GROUP BY territory_code, scope_code
)

-- shell: number
