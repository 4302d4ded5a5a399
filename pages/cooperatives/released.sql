-- grain: one row per closed year, newest first
-- answers: how many co-operatives lived, were born and ceased in the country, and the jobs they declared
-- columns: year; living, births, exits; employees; is_withheld (the jobs of the year may not be told)
SELECT
    counts.period AS year,
    counts.living,
    counts.births,
    counts.exits,
    jobs.value AS employees,
    coalesce(jobs.status = 'withheld', FALSE) AS is_withheld
FROM published.cooperatives AS counts
LEFT JOIN published.jobs AS jobs
    ON
        counts.period = jobs.period
        AND jobs.territory_level = 'country'
        AND jobs.scope_code = 'all'
        AND jobs.measure = 'employees'
WHERE
    counts.territory_level = 'country'
    AND counts.scope_code = 'all'
    AND counts.dimension = 'all'
ORDER BY year DESC
