-- grain: provider and drop
-- answers: what a drop says of each provider that was seen since the drop before
-- columns: those of the contract
WITH lists AS (
    SELECT
        provider,
        string_agg(written, '|' ORDER BY place) AS domains,
        string_agg(approval, '|' ORDER BY place) FILTER (is_told) AS approvals,
        string_agg(approval, '|' ORDER BY place) FILTER (is_told AND NOT needs) AS declarations
    FROM provider_lists
    GROUP BY provider
),
days AS (
    SELECT
        provider,
        copy,
        DATE '1970-01-01' + joined::INTEGER AS joined_on,
        CASE WHEN left_day < 1000000 THEN DATE '1970-01-01' + left_day::INTEGER END AS left_on,
        CASE WHEN seen < 1000000 THEN DATE '1970-01-01' + seen::INTEGER END AS seen_on
    FROM drop_rows
)
SELECT
    CASE WHEN d.oddity <> 1 THEN 'demo-p' || printf('%06d', d.provider + 1) END AS provider_id,
    p.name,
    p.kind,
    p.modes,
    p.legal_category,
    p.siren,
    p.siret,
    CASE WHEN p.oddity = 1 THEN 'conciergerie 2.0' ELSE l.domains END AS domains,
    CASE
        WHEN p.approval = 3 THEN NULL
        WHEN p.approval = 2 AND NOT d.is_approved THEN coalesce(l.declarations, '*:declaration')
        ELSE l.approvals
    END AS approvals,
    CASE WHEN p.precision = 0 AND p.oddity <> 2 THEN c.commune_code END AS commune_code,
    CASE WHEN p.oddity = 2 THEN '99999' WHEN p.precision = 1 THEN z.postcode END AS postcode,
    CASE WHEN p.oddity = 2 THEN 'Nulle-Part' WHEN p.precision = 1 THEN c.name END AS city,
    CASE WHEN p.precision = 2 AND p.oddity <> 2 THEN c.departement_code END AS departement_code,
    CASE WHEN p.reach_km > 0 THEN p.reach_km END AS reach_km,
    CASE WHEN d.capacity > 0 THEN d.capacity END AS capacity_per_month,
    CASE
        WHEN d.price < 0 THEN NULL
        WHEN d.comma THEN replace(d.price::DECIMAL(9, 2)::VARCHAR, '.', ',')
        ELSE d.price::DECIMAL(9, 2)::VARCHAR
    END AS price_hour_eur,
    CASE WHEN d.comma THEN strftime(t.joined_on, '%d/%m/%Y') ELSE t.joined_on::VARCHAR END AS joined_on,
    CASE WHEN d.comma THEN strftime(t.left_on, '%d/%m/%Y') ELSE t.left_on::VARCHAR END AS left_on,
    CASE
        WHEN d.oddity = 3 THEN '32/13/2025'
        WHEN d.comma THEN strftime(t.seen_on, '%d/%m/%Y')
        ELSE t.seen_on::VARCHAR
    END AS last_seen_on,
    p.published AS is_published,
    p.employees,
    CASE WHEN p.has_url THEN 'https://www.example.org/intervenants/' || (d.provider + 1) END AS url
FROM drop_rows AS d
JOIN days AS t USING (provider, copy)
JOIN providers AS p USING (provider)
JOIN lists AS l USING (provider)
JOIN communes AS c ON c.commune = p.commune
LEFT JOIN postcodes AS z ON z.postcode_row = p.postcode
ORDER BY d.copy, d.provider
