-- label.en: Quality of records
-- label.fr: Qualité des fiches
-- why.en: How complete and fresh providers' records are, 1 when nothing is to correct: a bad record is a provider that nobody finds. Providers who have left are not counted.
-- why.fr: Complétude et fraîcheur des fiches, 1 quand rien n'est à corriger : une mauvaise fiche est un prestataire introuvable. Les prestataires partis ne comptent pas.
-- unit: share
-- low_is_good: false
-- columns: complete = records with nothing to correct
-- source: mean of the criteria that apply to a record: name, domain, place, approval, identifier, price, capacity, reach, url, freshness (after data.inclusion score_qualite)
SELECT
    territory_of($level, region_code, departement_code, NULL) AS territory_code,
    scope_code,
    CAST(sum(score_sum) AS DOUBLE) AS numerator,
    CAST(sum(records) AS DOUBLE) AS denominator,
    CAST(sum(score_sum) AS DOUBLE) / sum(records) AS value,
    CAST(sum(records) AS BIGINT) AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high,
    CAST(sum(complete) AS BIGINT) AS complete
FROM marts.quality_scores
WHERE
    lies_within($within_level, $within_code, region_code, departement_code, NULL)
    AND is_asked_scope($scopes, scope_code)
GROUP BY territory_code, scope_code
HAVING territory_code IS NOT NULL
ORDER BY territory_code, scope_code
