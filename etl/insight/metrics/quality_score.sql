-- label: Quality of records
-- why: How complete and fresh providers' records are, 1 when nothing is to correct: a bad record is a provider that nobody finds. Providers who have left are not counted.
-- unit: share
-- direction: high
-- counts: records
-- topic: supply
-- levels: country, region, departement
-- sources: providers
-- columns: complete = records with nothing to correct
-- source: mean of the criteria that apply to a record: name, domain, place, approval, identifier, price, capacity, reach, url, freshness (after data.inclusion score_qualite)
WITH counted AS (
    SELECT
        territory_of($level, region_code, departement_code, NULL) AS territory_code,
        scope_code,
        sum(score_sum) AS numerator, sum(records) AS denominator, denominator AS n,
        CAST(sum(complete) AS BIGINT) AS complete
    FROM marts.quality_scores
    WHERE
        lies_within($within_level, $within_code, region_code, departement_code, NULL)
        AND is_asked_scope($scopes, scope_code)
    GROUP BY territory_code, scope_code
)

-- shell: ratio
