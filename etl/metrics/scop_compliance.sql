-- label.en: SCOPs that comply
-- label.fr: SCOP conformes
-- why.en: Share of living SCOPs whose employees hold at least 51 % of the capital and 65 % of the votes. Those that do not say are left out, and their number is shown (left_out).
-- why.fr: Part des SCOP en vie dont les salariés détiennent au moins 51 % du capital et 65 % des voix. Celles qui ne le disent pas sont écartées, et leur nombre est affiché (left_out).
-- unit: share
-- low_is_good: false
-- source: metric dictionary: is_scop_compliant; les-scop.coop; Wilson interval
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

counted AS (
    SELECT
        territory_code, scope_code,
        count(*) FILTER (WHERE is_scop_compliant = 'yes') AS comply,
        count(*) FILTER (WHERE is_scop_compliant IN ('yes', 'no')) AS known,
        count(*) AS scops
    FROM firms
    WHERE form = 'scop' AND is_living AND territory_code IS NOT NULL
    GROUP BY territory_code, scope_code
)

SELECT
    territory_code,
    scope_code,
    CAST(comply AS DOUBLE) AS numerator,
    CAST(known AS DOUBLE) AS denominator,
    comply / nullif(known, 0)::DOUBLE AS value,
    known AS n,
    wilson_low(comply, known) AS low,
    wilson_high(comply, known) AS high,
    scops - known AS left_out
FROM counted
ORDER BY territory_code, scope_code
