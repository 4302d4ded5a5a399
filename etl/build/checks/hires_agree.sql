-- label: Every filled request is a hire, its parts are among it, and no fee is above its amount
SELECT 'hires' AS what, filled.requests AS expected, counted.hires AS found
FROM (
    SELECT count(*) AS requests
    FROM staging.requests
    CROSS JOIN reference.settings AS settings
    WHERE
        outcome = 'filled'
        AND created_on <= settings.as_of
        AND coalesce(
            CAST(timezone('Europe/Paris', timezone('UTC', filled_at)) AS DATE), created_on
        ) <= settings.as_of
) AS filled
CROSS JOIN (SELECT coalesce(sum(hires), 0) AS hires FROM marts.hire_months) AS counted
WHERE filled.requests <> counted.hires
UNION ALL
SELECT 'parts', hires, greatest(provider_known, mode_known, direct, paid)
FROM marts.hire_months
WHERE
    greatest(provider_known, mode_known, paid) > hires OR direct > mode_known
    OR fee_eur > amount_eur OR fee_eur < 0
UNION ALL
SELECT 'concentration', hires, largest
FROM marts.concentration_months
WHERE
    largest > hires OR providers > hires
    OR squares < hires OR squares > hires * hires OR largest * largest > squares
