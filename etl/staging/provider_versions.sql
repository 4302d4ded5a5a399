-- grain: one row per provider and drop that holds it
-- answers: what was known of a provider, and from when to when
-- columns: valid_from, valid_to (days; valid_to excluded, NULL while it lasts); gone_on = the snapshot that no longer holds the provider; siren as given, else the first nine digits of the siret
SELECT
    row.* EXCLUDE (as_of, reach_km, siren),
    coalesce(row.siren, left(row.siret, 9)) AS siren,
    row.as_of,
    row.reach_km IS NOT NULL AS is_reach_known,
    least(coalesce(row.reach_km, settings.default_reach_km), settings.max_reach_km) AS reach_km,
    row_number() OVER versions AS version,
    lead(row.drop_number) OVER versions IS NULL AS is_last,
    lead(row.as_of) OVER versions AS next_as_of,
    CASE
        WHEN drops.next_snapshot_number < coalesce(lead(row.drop_number) OVER versions, 1000000000)
            THEN drops.next_snapshot_as_of
    END AS gone_on,
    last_value(row.last_seen_on) OVER (
        PARTITION BY row.provider_id ORDER BY row.drop_number
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS latest_seen_on
FROM accepted.providers AS row
INNER JOIN accepted.drops AS drops ON row.file_id = drops.file_id
CROSS JOIN reference.settings AS settings
WINDOW versions AS (PARTITION BY row.provider_id ORDER BY row.drop_number)
