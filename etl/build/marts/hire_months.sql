-- grain: one row per month of the hire, département (or what is known of the place), domain and kind of the hired
-- answers: how many were hired, how many directly, and what clients paid
-- columns: hires; provider_known = hires whose provider is named; mode_known, direct = hires in a known mode, and in direct mode; cooperative, scop = hires of co-operatives, and of the SCOPs among them; paid = hires with a known amount and fee; amount_eur paid by clients, fee_eur kept by the marketplace
SELECT
    month,
    departement_code,
    region_code,
    domain_code,
    kind,
    count(*) AS hires,
    count(provider_id) AS provider_known,
    count(is_direct) AS mode_known,
    count(*) FILTER (WHERE is_direct) AS direct,
    count(*) FILTER (WHERE is_cooperative) AS cooperative,
    count(*) FILTER (WHERE is_scop) AS scop,
    count(amount_eur) AS paid,
    CAST(coalesce(sum(amount_eur), 0) AS DECIMAL(18, 2)) AS amount_eur,
    CAST(coalesce(sum(fee_eur), 0) AS DECIMAL(18, 2)) AS fee_eur
FROM staging.hires
GROUP BY month, departement_code, region_code, domain_code, kind
ORDER BY departement_code, domain_code, month, kind
