-- label: Filled and unanswered requests are among the known, the known among the mature, the mature among all
SELECT *
FROM marts.request_counts
WHERE
    mature > requests OR known > mature OR filled > known
    OR known + filled_undated > mature OR filled + filled_late + cancelled > known
    OR answers_known + answered_undated > mature OR unanswered > answers_known
    OR answered_late > unanswered
