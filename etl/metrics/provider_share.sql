-- label.en: What the provider keeps
-- label.fr: Part du prestataire
-- why.en: Of each euro that clients pay, what the provider keeps; the rest is the marketplace's take rate. Hires without a known amount and fee are left out, and their number is shown (left_out).
-- why.fr: Ce que le prestataire garde de chaque euro payé par le client ; le reste est la commission de la place de marché. Les embauches sans montant ni commission connus sont écartées, et leur nombre est affiché (left_out).
-- unit: share
-- low_is_good: false
-- columns: numerator and denominator in euros; n = hires with a known amount and fee; take_rate = 1 - value
-- source: sum of (amount - fee) / sum of amount, over hires of the period
WITH counted AS (
    SELECT
        territory_of($level, region_code, departement_code, NULL) AS territory_code,
        scopes.scope_code,
        sum(counts.hires) AS hires, sum(counts.paid) AS paid,
        CAST(sum(counts.amount_eur) AS DOUBLE) AS amount_eur,
        CAST(sum(counts.fee_eur) AS DOUBLE) AS fee_eur
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
    amount_eur - fee_eur AS numerator,
    amount_eur AS denominator,
    (amount_eur - fee_eur) / nullif(amount_eur, 0) AS value,
    CAST(paid AS BIGINT) AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high,
    CAST(hires - paid AS BIGINT) AS left_out,
    fee_eur / nullif(amount_eur, 0) AS take_rate
FROM counted
WHERE territory_code IS NOT NULL
ORDER BY territory_code, scope_code
