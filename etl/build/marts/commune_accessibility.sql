-- grain: one row per commune and domain scope with some capacity within reach
-- answers: how many requests a month the providers around a commune can take for each person there
-- columns: accessibility = requests a month per person in need; population = people in need of the scope's age band (marts.commune_need). Absent = 0
-- source: enhanced two-step floating catchment area (Luo and Qi 2009): R_j = S_j / sum_k P_k f(d_kj), A_i = sum_j R_j f(d_ij), f(d) = exp(-d^2 / (2 (r/2)^2)) up to r, else 0; one class of reach r at a time, added

-- Two builds of the same drops agree to the last bit. A sum of plain doubles depends on the order
-- in which threads meet the rows, so there is none here: small sums are of decimals, exact but slow,
-- and the large one is of doubles rounded to one grid (see "received").

-- Scopes become columns, so that the millions of pairs are met once and not once a scope. PIVOT and
-- COLUMNS are DuckDB's own; with them no scope is named here, and a new domain stays a row.

-- joins and groups are several times faster by number than by name
WITH communes AS (
    SELECT
        commune_code,
        CAST(row_number() OVER (ORDER BY commune_code) AS INTEGER) AS commune_number
    FROM marts.commune_need
    WHERE need_band = 'all'
),

-- the providers of one commune and class of reach: R_j is the same for all of them
catchments AS (
    SELECT
        commune_code,
        class_km,
        CAST(row_number() OVER (ORDER BY commune_code, class_km) AS INTEGER) AS catchment_number
    FROM staging.catchment_supply
    GROUP BY commune_code, class_km
),

-- f(d) of each commune in each catchment, made once for both steps
weights AS MATERIALIZED (
    SELECT
        catchments.catchment_number,
        communes.commune_number,
        exp(-2.0 * (pairs.km / catchments.class_km) * (pairs.km / catchments.class_km)) AS weight
    FROM catchments
    INNER JOIN staging.reach_communes AS pairs
        ON
            catchments.commune_code = pairs.from_commune_code
            AND pairs.km <= catchments.class_km
    INNER JOIN communes ON pairs.to_commune_code = communes.commune_code
),

-- first step, sum_k P_k f(d_kj): who shares the providers of a catchment, one column a band
people AS (
    PIVOT (
        SELECT communes.commune_number, need.need_band, need.population
        FROM marts.commune_need AS need
        INNER JOIN communes USING (commune_code)
    )
    ON need_band IN (SELECT DISTINCT need_band FROM reference.scopes)
    USING max(population)
    GROUP BY commune_number
),

shared AS (
    SELECT
        catchment_number,
        sum(CAST(
            COLUMNS(* EXCLUDE (catchment_number, commune_number, weight)) * weight
            AS DECIMAL(38, 18)
        ))
    FROM weights
    INNER JOIN people USING (commune_number)
    GROUP BY catchment_number
),

needs AS (
    UNPIVOT shared ON COLUMNS(* EXCLUDE (catchment_number)) INTO NAME need_band VALUE need
),

ratios AS MATERIALIZED (
    SELECT
        catchments.catchment_number,
        scopes.scope_code,
        supply.capacity_per_month / CAST(needs.need AS DOUBLE) AS ratio
    FROM staging.catchment_supply AS supply
    INNER JOIN reference.scopes AS scopes USING (scope_code)
    INNER JOIN catchments USING (commune_code, class_km)
    INNER JOIN needs USING (catchment_number, need_band)
    WHERE needs.need > 0 AND supply.capacity_per_month > 0
),

-- second step, sum_j R_j f(d_ij), one column a scope. Made before it is joined (MATERIALIZED), or
-- the join takes twice as long
ratios_by_scope AS MATERIALIZED (
    SELECT catchment_number, coalesce(COLUMNS(* EXCLUDE (catchment_number)), 0)
    FROM (
        PIVOT ratios
        ON scope_code IN (SELECT scope_code FROM reference.scopes)
        USING max(ratio)
        GROUP BY catchment_number
    )
),

-- A power of two that no sum of a commune exceeds, since here each catchment counts with the
-- highest of its ratios. To divide by a power of two changes no digit of a double
highest AS (
    SELECT catchment_number, max(ratio) AS ratio FROM ratios GROUP BY catchment_number
),

scales AS (
    SELECT
        commune_number,
        power(2.0, ceil(log2(CAST(
            sum(CAST(highest.ratio * weights.weight AS DECIMAL(38, 18))) AS DOUBLE
        )))) AS scale
    FROM weights
    INNER JOIN highest USING (catchment_number)
    GROUP BY commune_number
    HAVING sum(CAST(highest.ratio * weights.weight AS DECIMAL(38, 18))) > 0
),

scaled_weights AS (
    SELECT
        weights.catchment_number, weights.commune_number, weights.weight / scales.scale AS weight
    FROM weights
    INNER JOIN scales USING (commune_number)
),

-- So scaled, the terms of a sum are at most 1 together. Doubles from 1 to 2 are the multiples of
-- 2^-52: to add 1 and take it away rounds a term to such a multiple. A sum of these that stays
-- below 2 is again a double, so nothing more is rounded while it grows, and any order gives the
-- same. Each term errs by 2^-53 of the scale at most, all together by less than 1e-12 of it: no
-- place has more than 1,200 communes within 50 km, of five classes each
received AS (
    SELECT
        commune_number,
        sum(
            COLUMNS(* EXCLUDE (catchment_number, commune_number, weight)) * weight + 1.0 - 1.0
        )
    FROM scaled_weights
    INNER JOIN ratios_by_scope USING (catchment_number)
    GROUP BY commune_number
),

by_scope AS (
    UNPIVOT received
    ON COLUMNS(* EXCLUDE (commune_number)) INTO NAME scope_code VALUE scaled_accessibility
)

SELECT
    need.commune_code,
    need.departement_code,
    need.region_code,
    scopes.scope_code,
    by_scope.scaled_accessibility * scales.scale AS accessibility,
    need.population
FROM by_scope
INNER JOIN scales USING (commune_number)
INNER JOIN communes USING (commune_number)
INNER JOIN reference.scopes AS scopes USING (scope_code)
INNER JOIN marts.commune_need AS need USING (commune_code, need_band)
WHERE by_scope.scaled_accessibility > 0
ORDER BY need.departement_code, need.commune_code, scopes.scope_code
