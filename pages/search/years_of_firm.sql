-- grain: one row per year at whose end the co-operative lived: its last four, in order
-- answers: Who worked in a co-operative, on what terms, and who was a member?
-- columns: as in marts.cooperative_staff, NULL where it did not declare
SELECT
    year, CAST(employees AS DOUBLE) AS employees, CAST(employees_fte AS DOUBLE) AS employees_fte,
    CAST(permanent_employees AS DOUBLE) AS permanent_employees,
    CAST(qualified_employees AS DOUBLE) AS qualified_employees,
    CAST(members AS DOUBLE) AS members, CAST(member_employees AS DOUBLE) AS member_employees,
    CAST(cae_entrepreneurs AS DOUBLE) AS cae_entrepreneurs,
    CAST(cape_holders AS DOUBLE) AS cape_holders
FROM (FROM marts.cooperative_staff WHERE siren = $siren ORDER BY year DESC LIMIT 4)
ORDER BY year
