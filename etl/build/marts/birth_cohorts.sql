-- grain: one row per co-operative whose birth and headcount at the end of its year of birth are known
-- answers: how many of the jobs of a birth are still there after 3 and 5 years
-- columns: birth_year; at_birth = headcount at the end of the year of birth; after_3y, after_5y = headcount at the end of the third and fifth year after it, 0 once it has ceased, NULL where the year is not over or was not declared; at_birth_3y, at_birth_5y = at_birth where the later end is known; left_out_3y, left_out_5y TRUE where that year is over and nobody told
WITH births AS (
    SELECT
        cooperatives.siren, cooperatives.region_code, cooperatives.departement_code,
        coalesce(cooperatives.origin, 'unknown') AS origin,
        CAST(year(cooperatives.born_on) AS INTEGER) AS birth_year,
        cooperatives.exited_on,
        CAST(declared.employees AS DECIMAL(18, 2)) AS at_birth
    FROM staging.cooperatives AS cooperatives
    INNER JOIN staging.cooperative_years AS declared
        ON cooperatives.siren = declared.siren AND year(cooperatives.born_on) = declared.year
    WHERE declared.employees > 0
),

later AS (
    SELECT
        births.*, horizons.years,
        CASE
            WHEN make_date(births.birth_year + horizons.years, 12, 31) > settings.as_of THEN NULL
            WHEN births.exited_on <= make_date(births.birth_year + horizons.years, 12, 31) THEN 0
            ELSE CAST(declared.employees AS DECIMAL(18, 2))
        END AS after,
        make_date(births.birth_year + horizons.years, 12, 31) <= settings.as_of AS is_over
    FROM births
    CROSS JOIN (SELECT CAST(unnest([3, 5]) AS INTEGER) AS years) AS horizons
    CROSS JOIN reference.settings AS settings
    LEFT JOIN staging.cooperative_years AS declared
        ON
            births.siren = declared.siren
            AND births.birth_year + horizons.years = declared.year
)

SELECT
    siren, birth_year, origin, region_code, departement_code, at_birth,
    max(after) FILTER (WHERE years = 3) AS after_3y,
    max(at_birth) FILTER (WHERE years = 3 AND after IS NOT NULL) AS at_birth_3y,
    bool_or(is_over AND after IS NULL) FILTER (WHERE years = 3) AS left_out_3y,
    max(after) FILTER (WHERE years = 5) AS after_5y,
    max(at_birth) FILTER (WHERE years = 5 AND after IS NOT NULL) AS at_birth_5y,
    bool_or(is_over AND after IS NULL) FILTER (WHERE years = 5) AS left_out_5y
FROM later
GROUP BY siren, birth_year, origin, region_code, departement_code, at_birth
ORDER BY siren
