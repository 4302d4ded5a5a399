-- column: request_id
-- reason.en: no drop holds this request; the answer is kept and counts once the request is loaded
-- reason.fr: aucun dépôt ne contient cette demande ; la réponse est gardée et comptera quand la demande sera chargée
SELECT file_id, line, request_id AS value
FROM staging.responses
WHERE is_orphan
