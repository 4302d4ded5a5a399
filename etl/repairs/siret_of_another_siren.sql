-- column: siret
-- reason.en: the SIRET does not begin with the SIREN of its row; the SIREN ties the provider to its co-operative. Correct whichever is wrong
-- reason.fr: le SIRET ne commence pas par le SIREN de sa ligne ; c'est le SIREN qui relie le prestataire à sa coopérative. Corrigez celui qui est faux
SELECT file_id, line, siret AS value
FROM staging.providers
WHERE left(siret, 9) <> siren
