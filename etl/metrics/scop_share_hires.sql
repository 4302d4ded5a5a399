-- label.en: Co-operatives among hires
-- label.fr: Coopératives parmi les embauches
-- why.en: Share of the hires of the period that went to a co-operative. Hires whose provider nobody named are left out, and their number is shown (left_out).
-- why.fr: Part des embauches de la période qui sont allées à une coopérative. Les embauches sans prestataire nommé sont écartées, et leur nombre est affiché (left_out).
-- unit: share
-- low_is_good: false
-- columns: scop = hires of the SCOPs among the co-operatives
-- source: metric dictionary: scop_share; Wilson interval
WITH counted AS (
    SELECT
        territory_of($level, region_code, departement_code, NULL) AS territory_code,
        scopes.scope_code,
        sum(counts.hires) AS hires, sum(counts.provider_known) AS known,
        sum(counts.cooperative) AS cooperative, sum(counts.scop) AS scop
    FROM marts.hire_months AS counts
    INNER JOIN reference.domain_scopes AS scopes ON counts.domain_code = scopes.domain_code
    WHERE
        counts.month BETWEEN $from AND $to
        AND lies_within($within_level, $within_code, region_code, departement_code, NULL)
        AND is_asked_scope($scopes, scopes.scope_code)
    GROUP BY territory_code, scopes.scope_code
)

SELECT
    territory_code,
    scope_code,
    CAST(cooperative AS DOUBLE) AS numerator,
    CAST(known AS DOUBLE) AS denominator,
    cooperative / nullif(known, 0)::DOUBLE AS value,
    CAST(known AS BIGINT) AS n,
    wilson_low(cooperative, known) AS low,
    wilson_high(cooperative, known) AS high,
    CAST(scop AS BIGINT) AS scop,
    CAST(hires - known AS BIGINT) AS left_out
FROM counted
WHERE territory_code IS NOT NULL
ORDER BY territory_code, scope_code
