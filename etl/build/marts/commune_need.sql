-- grain: one row per commune and age band of need (0-4, 5-19, 75+, all)
-- answers: how many people of a commune may need a domain
-- columns: population, of the band where is_band_known, else of all ages. From the latest year up to the build's day; a département's (region's, country's) band is spread over its communes by population; a place without any takes the share of the places that have one, so that all communes are in one unit
WITH stated AS (
    SELECT
        population.territory_level,
        population.territory_code,
        population.band,
        population.population,
        population.population / nullif(territories.population, 0) AS share
    FROM staging.population AS population
    CROSS JOIN reference.settings AS settings
    INNER JOIN reference.territories AS territories
        ON
            population.territory_level = territories.level
            AND population.territory_code = territories.code
    WHERE population.band <> 'all' AND population.year <= year(settings.as_of)
    QUALIFY
        row_number() OVER (
            PARTITION BY population.territory_level, population.territory_code, population.band
            ORDER BY population.year DESC
        ) = 1
),

bands AS (SELECT DISTINCT need_band FROM reference.scopes),

known AS (
    SELECT
        communes.commune_code,
        communes.departement_code,
        communes.region_code,
        bands.need_band,
        communes.population AS total,
        CASE
            WHEN bands.need_band = 'all' THEN communes.population
            ELSE coalesce(
                own.population,
                communes.population * coalesce(departement.share, region.share, country.share)
            )
        END AS population
    FROM reference.communes AS communes
    CROSS JOIN bands
    LEFT JOIN stated AS own
        ON
            own.territory_level = 'commune'
            AND own.territory_code = communes.commune_code
            AND own.band = bands.need_band
    LEFT JOIN stated AS departement
        ON
            departement.territory_level = 'departement'
            AND departement.territory_code = communes.departement_code
            AND departement.band = bands.need_band
    LEFT JOIN stated AS region
        ON
            region.territory_level = 'region'
            AND region.territory_code = communes.region_code
            AND region.band = bands.need_band
    LEFT JOIN stated AS country
        ON country.territory_level = 'country' AND country.band = bands.need_band
),

-- decimals add up to the same sum in any order: two builds of the same drops agree to the last bit
shares AS (
    SELECT
        need_band,
        CAST(sum(CAST(population AS DECIMAL(38, 18))) AS DOUBLE)
        / nullif(sum(total) FILTER (population IS NOT NULL), 0) AS share
    FROM known
    GROUP BY need_band
)

SELECT
    known.commune_code,
    known.departement_code,
    known.region_code,
    known.need_band,
    CAST(coalesce(known.population, known.total * coalesce(shares.share, 1)) AS DOUBLE)
        AS population,
    shares.share IS NOT NULL AS is_band_known
FROM known
INNER JOIN shares ON known.need_band = shares.need_band
ORDER BY known.departement_code, known.commune_code, known.need_band
