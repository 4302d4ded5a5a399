-- grain: one row
-- answers: how many of the months asked for requests cover
SELECT count(*) AS months FROM marts.months WHERE has_requests AND month BETWEEN $from AND $to
