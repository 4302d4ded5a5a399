-- column: siret
-- reason: the SIRET does not begin with the SIREN of its row; the SIREN ties the provider to its co-operative. Correct whichever is wrong
SELECT file_id, line, siret AS value
FROM staging.providers
WHERE left(siret, 9) <> siren
