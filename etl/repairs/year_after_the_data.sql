-- column: year
-- reason.en: the year begins after the newest drop; it counts from the day a drop reaches it. Correct the year if it is a slip
-- reason.fr: l'année commence après le dépôt le plus récent ; elle comptera quand un dépôt l'aura rejointe. Corrigez l'année si c'est une faute de frappe
SELECT file_id, line, CAST(year AS VARCHAR) AS value
FROM staging.cooperative_years
WHERE is_after_the_data
