-- The reference schema of a build, from the committed files of data/reference and the settings.
-- Parameter: $folder, the folder of the files. Codes are text: 01, 2A and 971 are names, not numbers.
CREATE SCHEMA reference;

CREATE TABLE reference.families AS
SELECT family_code, label_fr, label_en, CAST(sort_order AS INTEGER) AS sort_order
FROM reference_file($folder || '/families.csv')
ORDER BY 4;

CREATE TABLE reference.domains AS
SELECT
    * REPLACE (
        CAST(needs_agrement AS BOOLEAN) AS needs_agrement,
        CAST(autorisation_accepted_in_prestataire AS BOOLEAN) AS autorisation_accepted_in_prestataire,
        CAST(is_offre_globale AS BOOLEAN) AS is_offre_globale,
        CAST(sort_order AS INTEGER) AS sort_order
    )
FROM reference_file($folder || '/domains.csv')
ORDER BY sort_order;

CREATE TABLE reference.domain_aliases AS
SELECT * FROM reference_file($folder || '/domain_aliases.csv');

-- What people type for a domain; intake knows the aliases only.
CREATE TABLE reference.everyday_words AS
SELECT * FROM reference_file($folder || '/everyday_words.csv');

-- Words of names that stand for others: CCAS, centre communal d'action sociale.
CREATE TABLE reference.short_names AS
SELECT * FROM reference_file($folder || '/short_names.csv');

-- Places abroad, which the search tells from names.
CREATE TABLE reference.foreign_names AS
SELECT * FROM reference_file($folder || '/foreign_names.csv');

-- Words of everyday speech, which name no place and no provider by themselves.
CREATE TABLE reference.ordinary_words AS
SELECT * FROM reference_file($folder || '/ordinary_words.csv');

-- Words that everybody knows: no slips of other words.
CREATE TABLE reference.common_words AS
SELECT * FROM reference_file($folder || '/common_words.csv');

-- What others do for a living, or sell: known words that ask for no domain.
CREATE TABLE reference.other_trades AS
SELECT * FROM reference_file($folder || '/other_trades.csv');

-- A scope is what a reader may ask for: everything, a family, a domain, or what has no known domain.
CREATE TABLE reference.scopes AS
SELECT
    'all' AS scope_code, 'all' AS scope_kind, 'Tous les domaines' AS label_fr,
    'All domains' AS label_en, 0 AS sort_order, NULL AS family_code, NULL AS legal_code,
    'all' AS need_band
UNION ALL
SELECT
    'family_' || family_code, 'family', label_fr, label_en, 100 * sort_order, family_code, NULL,
    'all'
FROM reference.families
UNION ALL
SELECT
    domains.domain_code, 'domain', domains.label_fr, domains.label_en,
    100 * families.sort_order + 1
    + row_number() OVER (
        PARTITION BY domains.family_code ORDER BY domains.sort_order, domains.domain_code
    ),
    domains.family_code, domains.legal_code, domains.need_band
FROM reference.domains AS domains
INNER JOIN reference.families AS families ON domains.family_code = families.family_code
UNION ALL
SELECT 'unknown', 'unknown', 'Domaine inconnu', 'Domain unknown', 10000, NULL, NULL, 'all'
ORDER BY sort_order;

CREATE TABLE reference.domain_scopes AS
SELECT domain_code AS scope_code, domain_code FROM reference.domains
UNION ALL
SELECT 'family_' || family_code, domain_code FROM reference.domains
UNION ALL
SELECT 'all', domain_code FROM reference.domains
UNION ALL
VALUES ('all', 'unknown'), ('unknown', 'unknown');

CREATE TABLE reference.regions AS
SELECT * FROM reference_file($folder || '/regions.csv');

CREATE TABLE reference.departements AS
SELECT * FROM reference_file($folder || '/departements.csv');

CREATE TABLE reference.communes AS
SELECT
    * REPLACE (
        CAST(population AS BIGINT) AS population,
        CAST(latitude AS DOUBLE) AS latitude,
        CAST(longitude AS DOUBLE) AS longitude
    )
FROM reference_file($folder || '/communes.csv')
ORDER BY departement_code, commune_code;

-- Names of territories beside their own; territory is '<level>:<code>'.
CREATE TABLE reference.place_names AS
SELECT
    name, split_part(territory, ':', 1) AS level, split_part(territory, ':', 2) AS code, kind
FROM reference_file($folder || '/place_names.csv');

CREATE TABLE reference.postcodes AS
SELECT * FROM reference_file($folder || '/postcodes.csv');

CREATE TABLE reference.legal_forms AS
SELECT * FROM reference_file($folder || '/legal_forms.csv');

CREATE TABLE reference.cooperative_series AS
SELECT
    * REPLACE (
        CAST(year AS INTEGER) AS year,
        CAST(value AS DOUBLE) AS value,
        CAST(is_break_before AS BOOLEAN) AS is_break_before
    )
FROM reference_file($folder || '/cooperative_series.csv')
ORDER BY indicator, series_code, year;

-- What survival is compared with; cohort is NULL where the source does not state it.
CREATE TABLE reference.survival_benchmarks AS
SELECT
    * REPLACE (
        CAST(cohort AS INTEGER) AS cohort,
        CAST(measured AS INTEGER) AS measured,
        CAST(years AS INTEGER) AS years,
        CAST(survival_share AS DOUBLE) AS survival_share
    )
FROM reference_file($folder || '/survival_benchmarks.csv')
ORDER BY measured, years, population, origin;

CREATE TABLE reference.territories AS
SELECT
    'country' AS level, 'FR' AS code, 'France' AS name, NULL AS parent_level, NULL AS parent_code,
    NULL AS region_code, NULL AS departement_code, NULL AS commune_code,
    CAST(sum(population) AS BIGINT) AS population, count(*) AS communes
FROM reference.communes
UNION ALL
SELECT
    'region', regions.region_code, regions.name, 'country', 'FR', regions.region_code,
    NULL, NULL, CAST(sum(communes.population) AS BIGINT), count(*)
FROM reference.regions AS regions
INNER JOIN reference.communes AS communes ON regions.region_code = communes.region_code
GROUP BY regions.region_code, regions.name
UNION ALL
SELECT
    'departement', departements.departement_code, departements.name, 'region',
    departements.region_code, departements.region_code,
    departements.departement_code, NULL, CAST(sum(communes.population) AS BIGINT), count(*)
FROM reference.departements AS departements
INNER JOIN reference.communes AS communes
    ON departements.departement_code = communes.departement_code
GROUP BY departements.departement_code, departements.name, departements.region_code
UNION ALL
SELECT
    'commune', commune_code, name, 'departement', departement_code, region_code, departement_code,
    commune_code, population, 1
FROM reference.communes
ORDER BY level, code;
