-- label.en: Employees who are members
-- label.fr: Salariés associés
-- why.en: Share of the employees who are members of their co-operative: who decides in it. Published for all Scop and Scic of 2015: 27,330 of 51,500, 53 %.
-- why.fr: Part des salariés associés de leur coopérative : qui y décide. Publié pour toutes les Scop et Scic de 2015 : 27 330 sur 51 500, soit 53 %.
-- unit: share
-- low_is_good: false
-- columns: year (one row for each closed year that ends in the period); left_out = co-operatives living at its end that did not declare both; cooperatives = those that did
-- source: metric dictionary: membership; CG Scop series; Wilson interval
WITH firms AS (
    SELECT
        territory_of($level, rows.region_code, rows.departement_code, NULL) AS territory_code,
        scopes.scope_code,
        rows.*
    FROM marts.cooperative_staff AS rows
    INNER JOIN marts.cooperative_scopes AS scopes ON rows.siren = scopes.siren
    WHERE
        make_date(rows.year, 12, 31) BETWEEN $from AND CAST(CAST($to AS DATE) + INTERVAL 1 MONTH AS DATE) - 1
        AND lies_within($within_level, $within_code, rows.region_code, rows.departement_code, NULL)
        AND is_asked_scope($scopes, scopes.scope_code)
),

counted AS (
    SELECT
        territory_code, scope_code, year,
        CAST(sum(member_employees) AS DOUBLE) AS counted,
        CAST(sum(employees) FILTER (WHERE member_employees IS NOT NULL) AS DOUBLE) AS employees,
        count(*) FILTER (WHERE member_employees IS NOT NULL AND employees IS NOT NULL) AS cooperatives,
        count(*) FILTER (WHERE member_employees IS NULL OR employees IS NULL) AS left_out
    FROM firms
    WHERE territory_code IS NOT NULL
    GROUP BY territory_code, scope_code, year
)

SELECT
    territory_code,
    scope_code,
    counted AS numerator,
    employees AS denominator,
    counted / nullif(employees, 0) AS value,
    CAST(round(coalesce(employees, 0)) AS BIGINT) AS n,
    wilson_low(counted, employees) AS low,
    wilson_high(counted, employees) AS high,
    year,
    cooperatives,
    left_out
FROM counted
ORDER BY territory_code, scope_code, year
