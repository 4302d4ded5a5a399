-- grain: one row per commune and domain scope with some capacity within reach
-- answers: how many requests a month the providers around a commune can take for each person there
-- columns: accessibility = requests a month per person in need; population = people in need of the scope's age band (marts.commune_need). Absent = 0
-- source: enhanced two-step floating catchment area (Luo and Qi 2009): R_j = S_j / sum_k P_k f(d_kj), A_i = sum_j R_j f(d_ij), f(d) = exp(-d^2 / (2 (r/2)^2)) up to r, else 0; one class of reach r at a time, added
WITH needs AS (
    SELECT
        commune_code,
        sum(CASE WHEN need_band = 'all' THEN population END) AS of_all,
        sum(CASE WHEN need_band = '0-4' THEN population END) AS of_0_4,
        sum(CASE WHEN need_band = '5-19' THEN population END) AS of_5_19,
        sum(CASE WHEN need_band = '75+' THEN population END) AS of_75
    FROM marts.commune_need
    GROUP BY commune_code
),

-- millions of sums are faster by number than by name
scopes AS (
    SELECT
        scope_code,
        need_band,
        CAST(row_number() OVER (ORDER BY scope_code) AS SMALLINT) AS scope_number
    FROM reference.scopes
),

origins AS (SELECT DISTINCT commune_code, class_km FROM staging.catchment_supply),

-- decimals add up to the same sum in any order, so two builds of the same drops agree to the last bit

-- first step: who shares the providers of a commune; all bands in one pass over the pairs
catchments AS (
    SELECT
        origins.commune_code,
        origins.class_km,
        CAST(sum(CAST(
            needs.of_all * exp(-2.0 * power(pairs.km / origins.class_km, 2)) AS DECIMAL(38, 18)
        )) AS DOUBLE) AS of_all,
        CAST(sum(CAST(
            needs.of_0_4 * exp(-2.0 * power(pairs.km / origins.class_km, 2)) AS DECIMAL(38, 18)
        )) AS DOUBLE) AS of_0_4,
        CAST(sum(CAST(
            needs.of_5_19 * exp(-2.0 * power(pairs.km / origins.class_km, 2)) AS DECIMAL(38, 18)
        )) AS DOUBLE) AS of_5_19,
        CAST(sum(CAST(
            needs.of_75 * exp(-2.0 * power(pairs.km / origins.class_km, 2)) AS DECIMAL(38, 18)
        )) AS DOUBLE) AS of_75
    FROM origins
    INNER JOIN staging.reach_communes AS pairs
        ON origins.commune_code = pairs.from_commune_code AND pairs.km <= origins.class_km
    INNER JOIN needs ON pairs.to_commune_code = needs.commune_code
    GROUP BY origins.commune_code, origins.class_km
),

needed AS (
    SELECT
        supply.commune_code,
        supply.class_km,
        scopes.scope_number,
        supply.capacity_per_month,
        CASE scopes.need_band
            WHEN '0-4' THEN catchments.of_0_4
            WHEN '5-19' THEN catchments.of_5_19
            WHEN '75+' THEN catchments.of_75
            ELSE catchments.of_all
        END AS need
    FROM staging.catchment_supply AS supply
    INNER JOIN scopes ON supply.scope_code = scopes.scope_code
    INNER JOIN catchments
        ON
            supply.commune_code = catchments.commune_code
            AND supply.class_km = catchments.class_km
),

-- second step: what each commune gets of the providers around it
received AS (
    SELECT
        pairs.to_commune_code AS commune_code,
        needed.scope_number,
        CAST(sum(CAST(
            needed.capacity_per_month / needed.need
            * exp(-2.0 * (pairs.km / needed.class_km) * (pairs.km / needed.class_km))
            AS DECIMAL(38, 18)
        )) AS DOUBLE) AS accessibility
    FROM needed
    INNER JOIN staging.reach_communes AS pairs
        ON needed.commune_code = pairs.from_commune_code AND pairs.km <= needed.class_km
    WHERE needed.need > 0
    GROUP BY pairs.to_commune_code, needed.scope_number
)

SELECT
    received.commune_code,
    need.departement_code,
    need.region_code,
    scopes.scope_code,
    received.accessibility,
    need.population
FROM received
INNER JOIN scopes ON received.scope_number = scopes.scope_number
INNER JOIN marts.commune_need AS need
    ON received.commune_code = need.commune_code AND scopes.need_band = need.need_band
WHERE received.accessibility > 0
ORDER BY need.departement_code, received.commune_code, scopes.scope_code
