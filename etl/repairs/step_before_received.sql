-- column: on
-- reason.en: the step is dated before its project was received; its date is not used. Correct one of the two dates
-- reason.fr: l'étape est antérieure à la réception de son projet ; sa date n'est pas utilisée. Corrigez l'une des deux dates
SELECT file_id, line, CAST(stated_on AS VARCHAR) AS value
FROM staging.project_steps
WHERE is_before_received
