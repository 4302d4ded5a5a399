-- column: cooperative_since
-- reason.en: the co-operative was born after it left, as another file tells; this birth is not used. Correct one of the two dates
-- reason.fr: la coopérative est née après sa sortie, connue par un autre fichier ; cette naissance n'est pas utilisée. Corrigez l'une des deux dates
SELECT file_id, line, CAST(stated_born_on AS VARCHAR) AS value
FROM staging.cooperatives
WHERE is_birth_after_exit
