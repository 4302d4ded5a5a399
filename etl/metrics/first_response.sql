-- label.en: First answer (median)
-- label.fr: Première réponse (médiane)
-- why.en: Half of the requests have had their first answer after this many hours; requests still waiting are censored, not left out. Empty: not reached.
-- why.fr: La moitié des demandes a reçu sa première réponse après ce nombre d'heures ; les demandes en attente sont censurées, non écartées. Vide : non atteint.
-- unit: hours
-- low_is_good: true
-- source: Kaplan-Meier S(t) = prod(1 - d_i / n_i) on published time buckets; the value is the upper edge of the bucket
-- source.fr: Kaplan-Meier S(t) = prod(1 - d_i / n_i) sur des tranches de temps publiées ; la valeur est le bord supérieur de la tranche
WITH edges AS (
    SELECT list(upper_hours ORDER BY bucket) AS upper_hours FROM reference.response_buckets
),

counted AS (
    SELECT
        territory_of($level, region_code, departement_code, NULL) AS territory_code,
        scope_code,
        sum(COLUMNS('_(answered|leaving)$'))
    FROM marts.first_response_months
    WHERE
        month BETWEEN $from AND $to
        AND lies_within($within_level, $within_code, region_code, departement_code, NULL)
        AND is_asked_scope($scopes, scope_code)
    GROUP BY territory_code, scope_code
),

-- one list a cell, a place in it for each bucket: NULL where nobody answered or left
listed AS (
    SELECT
        territory_code,
        scope_code,
        CAST([*COLUMNS('_answered$')] AS DOUBLE[]) AS answered,
        CAST([*COLUMNS('_leaving$')] AS DOUBLE[]) AS leaving
    FROM counted
    WHERE territory_code IS NOT NULL
),

factors AS (
    SELECT
        *,
        list_transform(leaving, lambda gone, place: CASE
            WHEN gone > 0 THEN 1 - answered[place] / list_sum(leaving[place:])
            ELSE 1
        END) AS staying
    FROM listed
),

survival AS (
    SELECT
        *,
        list_transform(staying, lambda share, place: list_product(staying[1:place])) AS waiting
    FROM factors
)

SELECT
    survival.territory_code,
    survival.scope_code,
    list_sum(survival.answered) AS numerator,
    list_sum(survival.leaving) AS denominator,
    edges.upper_hours[len(list_filter(survival.waiting, lambda share: share > 0.5 + 1e-12)) + 1]
        AS value,
    CAST(list_sum(survival.leaving) AS BIGINT) AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high,
    edges.upper_hours[len(list_filter(survival.waiting, lambda share: share > 0.1 + 1e-12)) + 1]
        AS p90
FROM survival
CROSS JOIN edges
ORDER BY survival.territory_code, survival.scope_code
