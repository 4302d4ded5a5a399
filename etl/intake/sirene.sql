-- grain: one row per co-operative of Sirene: its legal unit, with the place of its head office.
-- answers: what Sirene knows of a co-operative; units and establishments hold the filtered rows.
-- Sirene writes 1900-01-01 where it does not know a date.
CREATE OR REPLACE TABLE raw AS
WITH seats AS (
    SELECT establishments.*
    FROM establishments
    INNER JOIN units ON establishments.key = units.key
    -- one head office at a time; should a file hold two, the unit says which
    QUALIFY row_number() OVER (
        PARTITION BY establishments.key
        ORDER BY
            try_cast(establishments.nic AS INTEGER)
            IS NOT DISTINCT FROM try_cast(units."nicSiegeUniteLegale" AS INTEGER) DESC,
            establishments.line
    ) = 1
)

SELECT
    units.line,
    units.siren AS c0,
    units."denominationUniteLegale" AS c1,
    units."denominationUsuelle1UniteLegale" AS c2,
    units."sigleUniteLegale" AS c3,
    units."categorieJuridiqueUniteLegale" AS c4,
    nullif(units."dateCreationUniteLegale", '1900-01-01') AS c5,
    units."etatAdministratifUniteLegale" AS c6,
    -- the state it has is the one that began on this day
    CASE WHEN units."etatAdministratifUniteLegale" = 'C' THEN nullif(units."dateDebut", '1900-01-01') END AS c7,
    -- an activity that says nothing of home services is no mistake: only known ones are passed on
    CASE
        WHEN
            coalesce(units."nomenclatureActivitePrincipaleUniteLegale", 'NAFRev2') = 'NAFRev2'
            AND fold('NAF ' || units."activitePrincipaleUniteLegale") IN (SELECT word FROM domain_words)
            THEN 'NAF ' || units."activitePrincipaleUniteLegale"
    END AS c8,
    seats."codeCommuneEtablissement" AS c9,
    seats."codePostalEtablissement" AS c10,
    seats."libelleCommuneEtablissement" AS c11
FROM units
LEFT JOIN seats ON units.key = seats.key
ORDER BY units.line
