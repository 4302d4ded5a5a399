-- label: Co-operatives
-- why: Co-operatives (SCOP, SCIC and others) of the register that live at the end of the period. One whose birth nobody dated counts while it lives.
-- unit: count
-- direction: high
-- counts: co-operatives
-- topic: co-operatives
-- levels: country, region, departement, commune
-- sources: cooperatives
-- columns: scop, scic, other, form_unknown = parts of the value; cae = those that are CAE, birth_unknown = those without a date of birth, whatever their form
-- source: INSEE legal categories 5458, 5558, 5658 for SCOP, else the register's own field
WITH
-- shell: firms
counted AS (
    SELECT
        territory_code, scope_code,
        count(*) AS numerator, count(*) AS n,
        count(*) FILTER (WHERE form = 'scop') AS scop,
        count(*) FILTER (WHERE form = 'scic') AS scic,
        count(*) FILTER (WHERE form = 'other') AS other,
        count(*) FILTER (WHERE form = 'unknown') AS form_unknown,
        count(*) FILTER (WHERE is_cae) AS cae,
        count(*) FILTER (WHERE born_on IS NULL) AS birth_unknown
    FROM firms
    CROSS JOIN (
        SELECT least(CAST(CAST($to AS DATE) + INTERVAL 1 MONTH AS DATE) - 1, settings.as_of) AS ends_on
        FROM reference.settings AS settings
    ) AS period
    WHERE
        -- closed, but nobody said when: it cannot be placed in time
        (is_living OR exited_on IS NOT NULL)
        AND coalesce(born_on <= ends_on, is_living)
        AND coalesce(exited_on > ends_on, TRUE)
    GROUP BY territory_code, scope_code
)

-- shell: number
