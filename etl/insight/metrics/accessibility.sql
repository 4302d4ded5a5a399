-- label: Accessibility
-- why: Requests a month that the providers around can take for each person in need (the age band of the domain where it is loaded), near ones counting more, shared among all who can call them.
-- unit: per_month_per_person
-- direction: high
-- counts: people in need
-- topic: supply
-- levels: country, region, departement, commune
-- sources: providers
-- source: enhanced two-step floating catchment area (Luo and Qi 2009), classes of reach of 5, 10, 20, 30, 50 km added (a longer reach counts as 50); capacity 1 where unknown, counted whole in each domain served; mean weighted by the people in need
WITH places AS (
    SELECT
        commune_code,
        need_band,
        population,
        territory_of($level, region_code, departement_code, commune_code) AS territory_code
    FROM marts.commune_need
    WHERE lies_within($within_level, $within_code, region_code, departement_code, commune_code)
),

totals AS (
    SELECT territory_code, need_band, sum_in_order(population) AS population
    FROM places
    GROUP BY territory_code, need_band
),

received AS (
    SELECT
        territory_of($level, region_code, departement_code, commune_code) AS territory_code,
        scope_code,
        sum_in_order(population * accessibility) AS capacity
    FROM marts.commune_accessibility
    WHERE
        lies_within($within_level, $within_code, region_code, departement_code, commune_code)
        AND is_asked_scope($scopes, scope_code)
    GROUP BY territory_code, scope_code
),

counted AS (
    SELECT
        totals.territory_code, scopes.scope_code,
        coalesce(received.capacity, 0) AS numerator,
        totals.population AS denominator,
        round(totals.population) AS n
    FROM totals
    INNER JOIN reference.scopes AS scopes
        ON
            totals.need_band = scopes.need_band
            AND scopes.scope_code <> 'unknown'
            AND is_asked_scope($scopes, scopes.scope_code)
    LEFT JOIN received USING (territory_code, scope_code)
)

-- shell: ratio
