-- grain: answer of a provider to a request
-- answers: the answers given since the drop before
-- columns: those of the contract; a few rows are wrong on purpose (copy)
SELECT
    CASE
        WHEN d.copy = 4 THEN 'demo-r9' || printf('%08d', d.number)
        ELSE 'demo-r' || printf('%08d', d.number)
    END AS request_id,
    CASE WHEN d.copy <> 1 THEN 'demo-p' || printf('%06d', d.provider + 1) END AS provider_id,
    CASE WHEN d.copy = 3 THEN 'hier soir' ELSE epoch_ms(d.at * 1000)::VARCHAR END AS responded_at
FROM drop_rows AS d
ORDER BY d.copy, d.number, d.at, d.provider
