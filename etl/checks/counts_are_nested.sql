-- label.en: Filled and unanswered requests are among the known, the known among the mature, the mature among all
-- label.fr: Les demandes pourvues ou sans réponse sont parmi les connues, celles-ci parmi les mûres, celles-ci parmi toutes
SELECT *
FROM marts.request_counts
WHERE
    mature > requests OR known > mature OR filled > known
    OR answers_known > mature OR unanswered > answers_known
