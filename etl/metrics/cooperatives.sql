-- label.en: Co-operatives
-- label.fr: Coopératives
-- why.en: Co-operatives (SCOP, SCIC and others) of the register that live at the end of the period. One whose birth nobody dated counts while it lives.
-- why.fr: Coopératives (SCOP, SCIC et autres) du registre en vie à la fin de la période. Celle dont personne n'a daté la naissance compte tant qu'elle vit.
-- unit: count
-- low_is_good: false
-- columns: scop, scic, other, form_unknown = parts of the value; cae = those that are CAE, birth_unknown = those without a date of birth, whatever their form
-- source: metric dictionary: form; INSEE legal categories 5458, 5558, 5658 for SCOP, else the register's own field
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
)

SELECT
    territory_code,
    scope_code,
    CAST(count(*) AS DOUBLE) AS numerator,
    NULL::DOUBLE AS denominator,
    CAST(count(*) AS DOUBLE) AS value,
    count(*) AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high,
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
    territory_code IS NOT NULL
    -- closed, but nobody said when: it cannot be placed in time
    AND (is_living OR exited_on IS NOT NULL)
    AND coalesce(born_on <= ends_on, is_living)
    AND coalesce(exited_on > ends_on, TRUE)
GROUP BY territory_code, scope_code
ORDER BY territory_code, scope_code
