-- label.en: Net growth of co-operatives
-- label.fr: Croissance nette des coopératives
-- why.en: Births less exits in the period. A merger or a change of form is an exit too, but not a failure: each kind of exit is shown.
-- why.fr: Naissances moins sorties dans la période. Une fusion ou un changement de forme est aussi une sortie, mais pas un échec : chaque nature de sortie est affichée.
-- unit: count
-- low_is_good: false
-- columns: births, exits; closure, liquidation, merger, conversion, exit_unknown = parts of exits (exit_unknown: gone from the register without a word); exits_without_birth = not among them: their birth is unknown, so no birth was counted either
-- source: metric dictionary: net_growth; CG Scop
WITH firms AS (
    SELECT
        territory_of($level, cooperatives.region_code, cooperatives.departement_code, cooperatives.commune_code)
            AS territory_code,
        scopes.scope_code,
        cooperatives.*
    FROM marts.cooperatives AS cooperatives
    INNER JOIN marts.cooperative_scopes AS scopes ON cooperatives.siren = scopes.siren
    WHERE
        lies_within(
            $within_level, $within_code,
            cooperatives.region_code, cooperatives.departement_code, cooperatives.commune_code
        )
        AND is_asked_scope($scopes, scopes.scope_code)
),

moves AS (
    SELECT
        territory_code, scope_code, born_on AS day, 1 AS births, 0 AS exits, 0 AS unborn,
        NULL AS exit_kind
    FROM firms
    WHERE is_living OR exited_on IS NOT NULL
    UNION ALL
    -- an exit without a known birth takes away what no birth has added
    SELECT
        territory_code, scope_code, exited_on, 0, CASE WHEN born_on IS NULL THEN 0 ELSE 1 END,
        CASE WHEN born_on IS NULL THEN 1 ELSE 0 END,
        CASE WHEN born_on IS NOT NULL THEN exit_kind END
    FROM firms
)

SELECT
    territory_code,
    scope_code,
    CAST(sum(births - exits) AS DOUBLE) AS numerator,
    NULL::DOUBLE AS denominator,
    CAST(sum(births - exits) AS DOUBLE) AS value,
    CAST(sum(births + exits) AS BIGINT) AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high,
    CAST(sum(births) AS BIGINT) AS births,
    CAST(sum(exits) AS BIGINT) AS exits,
    count(*) FILTER (WHERE exit_kind = 'closure') AS closure,
    count(*) FILTER (WHERE exit_kind = 'liquidation') AS liquidation,
    count(*) FILTER (WHERE exit_kind = 'merger') AS merger,
    count(*) FILTER (WHERE exit_kind = 'conversion') AS conversion,
    count(*) FILTER (WHERE exit_kind = 'unknown') AS exit_unknown,
    CAST(sum(unborn) AS BIGINT) AS exits_without_birth
FROM moves
CROSS JOIN reference.settings AS settings
WHERE
    territory_code IS NOT NULL
    AND day >= CAST($from AS DATE)
    AND day < CAST($to AS DATE) + INTERVAL 1 MONTH
    AND day <= settings.as_of
GROUP BY territory_code, scope_code
ORDER BY territory_code, scope_code
