-- column: responded_at
-- reason.en: the answer is dated before its request was posted; its time is not used
-- reason.fr: la réponse est antérieure au dépôt de la demande ; sa date n'est pas utilisée
SELECT file_id, line, CAST(responded_at AS VARCHAR) AS value
FROM staging.responses
WHERE is_before_request
