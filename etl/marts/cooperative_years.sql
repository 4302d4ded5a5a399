-- grain: one row per year, region ('unknown' too), domain scope and form
-- answers: how many co-operatives lived at the year's end (the build's day in its last year), were born and ceased in it, and their jobs
-- columns: cooperatives, births, exits (dated ones only); employees summed over the employees_known co-operatives that declared the year; jobs_kept by a hand-over or rescue, never part of created jobs
WITH years AS (
    SELECT
        CAST(year AS INTEGER) AS year,
        least(make_date(CAST(year AS INTEGER), 12, 31), settings.as_of) AS ends_on
    FROM reference.settings AS settings,
        generate_series(
            greatest(1950, coalesce((SELECT min(year(born_on)) FROM staging.cooperatives), year(settings.as_of))),
            year(settings.as_of)
        ) AS series (year)
),

scoped AS (
    SELECT DISTINCT
        cooperatives.siren, cooperatives.form, cooperatives.born_on, cooperatives.exited_on,
        cooperatives.is_living, coalesce(cooperatives.region_code, 'unknown') AS region_code,
        scopes.scope_code
    FROM (
        SELECT
            *,
            unnest(CASE WHEN len(domain_codes) > 0 THEN domain_codes ELSE ['unknown'] END)
                AS domain_code
        FROM staging.cooperatives
    ) AS cooperatives
    INNER JOIN reference.domain_scopes AS scopes ON cooperatives.domain_code = scopes.domain_code
)

SELECT
    years.year,
    scoped.region_code,
    scoped.scope_code,
    scoped.form,
    count(*) FILTER (
        WHERE
            (scoped.exited_on IS NULL OR scoped.exited_on > years.ends_on)
            -- closed, but nobody said when: it cannot be placed in time
            AND (scoped.is_living OR scoped.exited_on IS NOT NULL)
    ) AS cooperatives,
    count(*) FILTER (WHERE year(scoped.born_on) = years.year) AS births,
    count(*) FILTER (WHERE year(scoped.exited_on) = years.year) AS exits,
    CAST(sum(declared.employees) AS BIGINT) AS employees,
    count(declared.employees) AS employees_known,
    CAST(sum(declared.jobs_kept) AS BIGINT) AS jobs_kept
FROM years
INNER JOIN scoped ON scoped.born_on <= years.ends_on
LEFT JOIN staging.cooperative_years AS declared
    ON scoped.siren = declared.siren AND years.year = declared.year
GROUP BY years.year, scoped.region_code, scoped.scope_code, scoped.form
ORDER BY years.year, scoped.region_code, scoped.scope_code, scoped.form
