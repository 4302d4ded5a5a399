-- label.en: Direct hires
-- label.fr: Embauches directes
-- why.en: Share of hires where the household employs the person itself: the marketplace looks for individuals first. Hires of providers who work in several modes, or in a mode nobody told, are left out, and their number is shown (left_out).
-- why.fr: Part des embauches où le particulier emploie directement l'intervenant : la place de marché cherche d'abord des particuliers. Les embauches d'intervenants à plusieurs modes, ou de mode inconnu, sont écartées, et leur nombre est affiché (left_out).
-- unit: share
-- low_is_good: false
-- source: hires in direct mode / hires in a known mode, of one kind of provider or all; Wilson interval
WITH counted AS (
    SELECT
        territory_of($level, region_code, departement_code, NULL) AS territory_code,
        scopes.scope_code,
        sum(counts.hires) AS hires, sum(counts.mode_known) AS mode_known,
        sum(counts.direct) AS direct
    FROM marts.hire_months AS counts
    INNER JOIN reference.domain_scopes AS scopes ON counts.domain_code = scopes.domain_code
    WHERE
        counts.month BETWEEN $from AND $to
        AND ($kind = 'all' OR counts.kind = $kind)
        AND lies_within($within_level, $within_code, region_code, departement_code, NULL)
        AND is_asked_scope($scopes, scopes.scope_code)
    GROUP BY territory_code, scopes.scope_code
)

SELECT
    territory_code,
    scope_code,
    CAST(direct AS DOUBLE) AS numerator,
    CAST(mode_known AS DOUBLE) AS denominator,
    direct / nullif(mode_known, 0)::DOUBLE AS value,
    CAST(mode_known AS BIGINT) AS n,
    wilson_low(direct, mode_known) AS low,
    wilson_high(direct, mode_known) AS high,
    CAST(hires - mode_known AS BIGINT) AS left_out
FROM counted
WHERE territory_code IS NOT NULL
ORDER BY territory_code, scope_code
