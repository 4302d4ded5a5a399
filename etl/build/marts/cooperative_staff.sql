-- grain: one row per co-operative and closed year at whose end it lived, declared or not
-- answers: who worked there, on what terms, and who is a member
-- columns: is_birth_year; employees (headcount), employees_fte, permanent_employees, qualified_employees, members, member_employees, cae_entrepreneurs and cape_holders (CAE: neither is a job) as declared, NULL = unknown; shares only of what is not above the headcount
WITH years AS (
    SELECT CAST(unnest(generate_series(
        (SELECT min(year) FROM staging.cooperative_years),
        (SELECT max(year) FROM staging.cooperative_years)
    )) AS INTEGER) AS year
)

SELECT
    cooperatives.siren,
    years.year,
    cooperatives.form,
    coalesce(cooperatives.origin, 'unknown') AS origin,
    coalesce(cooperatives.is_cae, FALSE) AS is_cae,
    cooperatives.region_code,
    cooperatives.departement_code,
    coalesce(year(cooperatives.born_on) = years.year, FALSE) AS is_birth_year,
    CAST(declared.employees AS DECIMAL(18, 2)) AS employees,
    CAST(declared.employees_fte AS DECIMAL(18, 2)) AS employees_fte,
    CAST(CASE WHEN declared.permanent_employees <= declared.employees THEN declared.permanent_employees END AS DECIMAL(18, 2)) AS permanent_employees,
    CAST(CASE WHEN declared.qualified_employees <= declared.employees THEN declared.qualified_employees END AS DECIMAL(18, 2)) AS qualified_employees,
    CAST(declared.members AS DECIMAL(18, 2)) AS members,
    CAST(CASE WHEN declared.member_employees <= declared.employees THEN declared.member_employees END AS DECIMAL(18, 2)) AS member_employees,
    CAST(declared.cae_entrepreneurs AS DECIMAL(18, 2)) AS cae_entrepreneurs,
    CAST(declared.cape_holders AS DECIMAL(18, 2)) AS cape_holders
FROM staging.cooperatives AS cooperatives
INNER JOIN years
    ON
        -- born nobody knows when: from the first drop that shows it
        coalesce(cooperatives.born_on, cooperatives.entered_on) <= make_date(years.year, 12, 31)
        AND coalesce(cooperatives.exited_on, DATE '9999-12-31') > make_date(years.year, 12, 31)
        -- closed, but nobody said when: only what it declared is known
        AND (cooperatives.is_living OR cooperatives.exited_on IS NOT NULL OR EXISTS (
            SELECT 1 FROM staging.cooperative_years AS told
            WHERE told.siren = cooperatives.siren AND told.year = years.year
        ))
CROSS JOIN reference.settings AS settings
LEFT JOIN staging.cooperative_years AS declared USING (siren, year)
WHERE make_date(years.year, 12, 31) <= settings.as_of
ORDER BY cooperatives.siren, years.year
