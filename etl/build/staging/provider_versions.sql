-- grain: one row per provider and drop that holds it
-- answers: what was known of a provider, and from when to when
-- columns: commune_code NULL where only a point is known; base_commune_code = the commune, else the one nearest to the point; a version abroad ends the one before and is left out; valid_from, valid_to (days; valid_to excluded, NULL while it lasts); gone_on = the snapshot that no longer holds the provider; siren as given, else the first nine digits of the siret; establishment_id = the siret of the provider's latest row where it is valid, else its provider_id: providers that share it are one establishment
SELECT
    row.* EXCLUDE (as_of, reach_km, siren, commune_code),
    CASE WHEN row.place_precision = 'commune' THEN row.commune_code END AS commune_code,
    row.commune_code AS base_commune_code,
    coalesce(row.siren, left(row.siret, 9)) AS siren,
    row.as_of,
    row.reach_km IS NOT NULL AS is_reach_known,
    least(coalesce(row.reach_km, settings.default_reach_km), settings.max_reach_km) AS reach_km,
    row_number() OVER versions AS version,
    lead(row.drop_number) OVER versions IS NULL AS is_last,
    lead(row.as_of) OVER versions AS next_as_of,
    CASE
        WHEN drops.next_snapshot_number < coalesce(lead(drops.corrected_number) OVER versions, 1000000000)
            THEN drops.next_snapshot_as_of
    END AS gone_on,
    last_value(row.last_seen_on) OVER latest AS latest_seen_on,
    -- as last known, so that a number that is added or corrected makes nobody leave and join
    coalesce(last_value(row.siret) OVER latest, row.provider_id) AS establishment_id
FROM accepted.providers AS row
INNER JOIN accepted.drops AS drops ON row.file_id = drops.file_id
CROSS JOIN reference.settings AS settings
WINDOW
    versions AS (PARTITION BY row.provider_id ORDER BY row.drop_number),
    latest AS (
        PARTITION BY row.provider_id ORDER BY row.drop_number
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
QUALIFY row.place_precision <> 'abroad'
