-- grain: request and drop
-- answers: the state of the requests that a drop tells of
-- columns: those of the contract; a few rows are wrong on purpose (oddity, copy)
SELECT
    CASE WHEN d.copy <> 1 THEN 'demo-r' || printf('%08d', d.number) END AS request_id,
    CASE WHEN d.oddity = 1 THEN 'conciergerie 2.0' ELSE s.text END AS domain,
    CASE WHEN d.precision = 0 AND d.oddity <> 2 THEN c.commune_code END AS commune_code,
    CASE WHEN d.oddity = 2 THEN '00000' WHEN d.precision = 1 THEN z.postcode END AS postcode,
    CASE
        WHEN d.oddity = 2 THEN 'Ailleurs'
        WHEN d.precision = 1 AND d.number % 5 = 0 THEN upper(c.name)
        WHEN d.precision = 1 THEN c.name
    END AS city,
    CASE WHEN d.precision = 2 AND d.oddity <> 2 THEN c.departement_code END AS departement_code,
    CASE WHEN d.copy = 3 THEN '2025-02-30 25:61' ELSE epoch_ms(d.created * 1000)::VARCHAR END AS created_at,
    CASE
        WHEN d.oddity = 4 THEN NULL
        ELSE ['open', 'filled', 'cancelled', 'expired'][d.status + 1]
    END AS status,
    d.responses,
    CASE
        WHEN d.first < 0 THEN NULL
        WHEN d.oddity = 3 THEN epoch_ms((d.created - 7200) * 1000)
        ELSE epoch_ms(d.first * 1000)
    END AS first_response_at,
    CASE WHEN d.status = 1 THEN epoch_ms(d.ends * 1000) END AS filled_at,
    CASE WHEN d.status IN (2, 3) THEN epoch_ms(d.ends * 1000) END AS closed_at,
    CASE WHEN d.status = 1 THEN 'demo-p' || printf('%06d', d.hired + 1) END AS provider_id,
    CASE WHEN d.status = 1 THEN d.hours::DECIMAL(9, 1) END AS hours,
    CASE
        WHEN d.status <> 1 THEN NULL
        WHEN d.comma THEN replace((d.amount / 100)::DECIMAL(12, 2)::VARCHAR, '.', ',')
        ELSE (d.amount / 100)::DECIMAL(12, 2)::VARCHAR
    END AS amount_eur,
    CASE
        WHEN d.status <> 1 THEN NULL
        WHEN d.comma THEN replace((d.fee / 100)::DECIMAL(12, 2)::VARCHAR, '.', ',')
        ELSE (d.fee / 100)::DECIMAL(12, 2)::VARCHAR
    END AS fee_eur
FROM drop_rows AS d
JOIN communes AS c ON c.commune = d.commune
JOIN spellings AS s ON s.spelling = d.spelling
LEFT JOIN postcodes AS z ON z.postcode_row = d.postcode
ORDER BY d.copy, d.number
