-- column: siret
-- reason: other providers have this SIRET: they are one establishment, which counts once, by the latest of its rows on offer, and this is another. Its answers and hires stay its own. If it is an establishment of its own, correct its SIRET
-- an identifier that a later snapshot no longer holds gave way to another: nothing is to correct
SELECT file_id, line, siret AS value
FROM staging.providers
WHERE siret = establishment_id AND NOT is_counted AND inactive_reason IS DISTINCT FROM 'gone'
