-- grain: one row per distinct way of writing a place (place_facts), added to known_places.
-- answers: which commune, département and region it is, how precisely, and what is wrong with it.
--
-- A place is weighed evidence. Commune code, postcode, city, département and region are facts: each
-- names the territories that it allows. The commune, else the département, else the region is the one
-- that most facts allow, if that is more than half of those that say anything: of three facts that
-- disagree two beat one, of two that disagree neither is followed beyond what they share. A
-- département that only repeats the postcode is half a fact, which breaks a tie and no more. Between
-- communes that as many facts allow the closer name decides (today's, then a former one, then either
-- without its article), and a tie decides nothing. A fact that was not followed is a place_conflict.
-- A foreign country beats a city or a postcode, which exist elsewhere too, but not both together.

-- grain: one row per place and territory that a fact names; commune_code NULL for a département or
-- region, departement_code NULL for a region.
-- columns: by_… which facts allow it; votes how many; rank of the city's name
CREATE TABLE place_votes AS
WITH open_places AS (SELECT * FROM place_facts WHERE clear_commune IS NULL),

allowed AS (
    SELECT place, commune_code, departement_code, region_code, 'code' AS fact, NULL::INTEGER AS rank
    FROM open_places
    JOIN reference.communes ON communes.commune_code = open_places.coded
    UNION ALL
    SELECT place, commune_code, departement_code, region_code, 'postcode', NULL
    FROM open_places
    JOIN postcode_communes ON postcode = postcode_read
    WHERE is_listed
    UNION ALL
    SELECT place, commune_code, departement_code, region_code, 'city', rank
    FROM open_places
    JOIN city_communes USING (city_text)
    WHERE communes IS NOT NULL
    UNION ALL
    SELECT place, commune_code, departement_code, region_code, 'city', 8
    FROM open_places
    JOIN reference.communes ON communes.commune_code = near_commune
    UNION ALL
    SELECT place, NULL, begun_departement, begun_region, 'start', NULL
    FROM open_places WHERE begun_region IS NOT NULL
    UNION ALL
    SELECT place, NULL, departement_code, region_code, 'departement', NULL
    FROM open_places
    JOIN reference.departements ON departement_code = named_departement
    UNION ALL
    SELECT place, NULL, NULL, named_region, 'region', NULL
    FROM open_places WHERE named_region IS NOT NULL
    UNION ALL
    SELECT place, NULL, departement_code, region_code, 'point', point
    FROM (
        SELECT place, point_communes[point] AS code, point
        FROM open_places, range(1, len(point_communes) + 1) AS numbers (point)
        WHERE is_point_fact
    )
    JOIN reference.communes ON communes.commune_code = code
),

named AS (
    SELECT
        place, commune_code, departement_code, region_code,
        min(rank) FILTER (fact = 'city') AS rank, min(rank) FILTER (fact = 'point') AS point,
        grouping(commune_code) AS above_commune, grouping(departement_code) AS above_departement,
        bool_or(fact = 'code') AS by_code,
        bool_or(fact = 'city') AS by_city,
        bool_or(fact = 'postcode') AS in_list,
        bool_or(fact = 'point') AS is_around
    FROM allowed
    GROUP BY GROUPING SETS (
        (place, commune_code, departement_code, region_code), (place, departement_code, region_code), (place, region_code)
    )
    -- a fact on a département is no commune, one on a region no département
    HAVING (grouping(commune_code) = 1 OR commune_code IS NOT NULL)
        AND (grouping(departement_code) = 1 OR departement_code IS NOT NULL)
),

supported AS (
    SELECT
        named.* EXCLUDE (above_commune, above_departement, in_list, is_around),
        CASE WHEN above_departement = 1 THEN 'region' WHEN above_commune = 1 THEN 'departement' ELSE 'commune' END AS level,
        -- what names a larger territory allows all that lies in it
        in_list OR coalesce(begun_region = named.region_code AND (
            above_departement = 1 OR begun_departement IS NULL OR begun_departement = named.departement_code
        ), FALSE) OR coalesce(by_city AND former_departement = start_departement, FALSE) AS by_postcode,
        coalesce(CASE WHEN above_departement = 1 THEN own.region_code = named.region_code
            ELSE named_departement IN (named.departement_code, CASE WHEN by_city THEN former_departement END) END, FALSE) AS by_departement,
        coalesce(named_region = named.region_code, FALSE) AS by_region,
        -- of a commune it is enough that the point is not far: its own point is one of many in it
        coalesce(is_point_fact AND CASE
            WHEN above_commune = 1 THEN is_around
            ELSE great_circle_km(
                here.latitude::DOUBLE, here.longitude::DOUBLE, there.latitude::DOUBLE, there.longitude::DOUBLE
            ) <= CASE WHEN named.departement_code = '973' THEN 100 ELSE 30 END
        END, FALSE) AS by_point,
        departement_weight, region_weight, facts
    FROM named
    JOIN place_facts USING (place)
    LEFT JOIN reference.departements AS own ON own.departement_code = named_departement
    LEFT JOIN moved_communes
        ON moved_communes.commune_code = named.commune_code
        AND former_departement IN (start_departement, named_departement)
    LEFT JOIN reference.communes AS here ON here.commune_code = named.commune_code
    LEFT JOIN reference.communes AS there ON there.commune_code = point_communes[1]
)

SELECT
    *,
    by_code::INTEGER + by_postcode::INTEGER + by_city::INTEGER + by_point::INTEGER
    + departement_weight * by_departement::INTEGER + region_weight * by_region::INTEGER AS votes
FROM supported;

-- grain: one row per place and level at which a fact names a territory; its territory is NULL on a tie.
CREATE TABLE place_winners AS
WITH most AS (
    SELECT *
    FROM place_votes
    QUALIFY votes = max(votes) OVER (PARTITION BY place, level)
),

closest AS (
    SELECT *
    FROM most
    QUALIFY NOT bool_and(rank IS NOT NULL) OVER (PARTITION BY place, level)
        OR rank = min(rank) OVER (PARTITION BY place, level)
),

nearest AS (
    SELECT *
    FROM closest
    QUALIFY NOT bool_and(point IS NOT NULL) OVER (PARTITION BY place, level)
        OR point = min(point) OVER (PARTITION BY place, level)
)

SELECT
    place, level, max(votes) AS votes, max(rank) AS rank,
    count(DISTINCT coalesce(commune_code, departement_code, region_code)) = 1 AS is_one,
    -- a département is mostly the postcode's own first digits: no second fact against a city
    NOT bool_or(by_code OR by_city) AND max(votes) < max(facts) AS is_postcode_alone,
    min(commune_code) AS commune_code, min(departement_code) AS departement_code, min(region_code) AS region_code,
    -- several communes of one département are that département
    level = 'commune' AND min(departement_code) = max(departement_code) AS is_one_departement,
    bool_and(by_code) AS by_code, bool_and(by_postcode) AS by_postcode, bool_and(by_city) AS by_city,
    bool_and(by_departement) AS by_departement, bool_and(by_region) AS by_region, bool_and(by_point) AS by_point
FROM nearest
GROUP BY place, level
UNION ALL BY NAME
SELECT
    place, 'commune' AS level, facts AS votes, 0 AS rank, TRUE AS is_one, FALSE AS is_postcode_alone,
    commune_code, departement_code, region_code, TRUE AS is_one_departement,
    TRUE AS by_code, TRUE AS by_postcode, TRUE AS by_city,
    TRUE AS by_departement, TRUE AS by_region, TRUE AS by_point
FROM place_facts
JOIN reference.communes ON communes.commune_code = clear_commune;

INSERT INTO known_places BY NAME
WITH levels AS (
    SELECT
        place_facts.*,
        coalesce(commune.votes, 0) AS commune_votes,
        coalesce(commune.votes, departement.votes, region.votes, 0) AS finest_votes,
        CASE
            WHEN 2 * commune.votes > facts AND commune.is_one AND NOT commune.is_postcode_alone
                -- a name alone must be the whole name, or one with a quarter beside it
                AND NOT (facts = 1 AND coalesce(commune.rank, 0) NOT IN (0, 1, 4)) THEN 'commune'
            WHEN 2 * commune.votes > facts AND commune.is_one_departement AND NOT commune.is_postcode_alone THEN 'departement'
            WHEN 2 * departement.votes > facts AND departement.is_one THEN 'departement'
            WHEN 2 * region.votes > facts AND region.is_one THEN 'region'
            ELSE 'unknown'
        END AS french_level,
        CASE WHEN 2 * commune.votes > facts AND (commune.is_one OR commune.is_one_departement) AND NOT commune.is_postcode_alone THEN commune
            WHEN french_level = 'departement' THEN departement
            WHEN french_level = 'region' THEN region END AS winner
    FROM place_facts
    LEFT JOIN place_winners AS commune ON commune.place = place_facts.place AND commune.level = 'commune'
    LEFT JOIN place_winners AS departement ON departement.place = place_facts.place AND departement.level = 'departement'
    LEFT JOIN place_winners AS region ON region.place = place_facts.place AND region.level = 'region'
),

abroad AS (
    SELECT
        *,
        coalesce(country_read NOT IN ('FR', 'XX'), FALSE) AS is_country_foreign,
        coalesce(regexp_matches(digits, '^980') AND is_listed IS NOT TRUE, FALSE) AS is_monaco,
        -- city and postcode exist elsewhere too; a code, a département and a region do not
        is_country_foreign AND NOT (commune_votes > 1 AND french_level <> 'unknown')
            AND (coded IS NOT NULL OR named_departement IS NOT NULL OR named_region IS NOT NULL) AS is_torn_abroad,
        coalesce(
            country_read IS NULL AND NOT is_cedex
            AND coded IS NULL AND named_departement IS NULL AND named_region IS NULL AND outlying_field IS NULL
            AND NOT coalesce(list_contains(point_departements, start_departement), FALSE)
            AND CASE
                WHEN is_city_unknown THEN is_foreign_city OR is_short
                    OR length(digits) = 5 AND NOT is_listed OR point_state = 'outside' AND digits IS NULL
                -- Liège is not Le Liège, Neuchâtel no former name, and 1950 Sion not the Sion of the Gers
                ELSE is_foreign_city AND commune_votes < 2 AND (is_short OR closest_rank > 0)
            END,
            FALSE
        ) AS is_guess,
        CASE
            WHEN is_monaco THEN 'abroad'
            WHEN is_country_foreign AND commune_votes > 1 AND french_level <> 'unknown' THEN french_level
            WHEN is_torn_abroad THEN 'unknown'
            WHEN is_country_foreign OR is_guess THEN 'abroad'
            WHEN outlying_field IS NOT NULL AND facts = is_point_fact::INTEGER THEN 'unknown'
            -- whatever names communes allows one near the point, or nothing does name one
            WHEN french_level = 'departement' AND winner.by_point AND commune_votes IN (0, facts) THEN 'point'
            ELSE french_level
        END AS place_precision
    FROM levels
),

decided AS (
    SELECT
        * EXCLUDE (winner),
        winner.by_code, winner.by_postcode, winner.by_city, winner.by_departement, winner.by_region, winner.by_point,
        place_precision IN ('commune', 'point', 'departement', 'region') AS is_french,
        CASE place_precision
            WHEN 'commune' THEN winner.commune_code
            WHEN 'point' THEN point_communes[list_position(point_departements, winner.departement_code)]
        END AS commune_code,
        CASE WHEN is_french AND place_precision <> 'region' THEN winner.departement_code END AS departement_code,
        CASE WHEN is_french THEN winner.region_code END AS region_code,
        CASE WHEN place_precision = 'unknown' THEN 'unresolved_place' ELSE 'unknown_place_part' END AS unknown_code,
        CASE WHEN place_precision = 'unknown' THEN 'overseas_collectivity' ELSE 'place_conflict' END AS outlying_code
    FROM abroad
),

-- what was not followed, fact by fact
lost AS (
    SELECT
        *,
        is_french AND coded IS NOT NULL AND NOT by_code AS has_lost_code,
        is_french AND is_postcode_fact AND NOT is_short AND NOT by_postcode AS has_lost_postcode,
        is_french AND communes IS NOT NULL AND NOT by_city AS has_lost_city,
        is_french AND named_departement IS NOT NULL AND NOT by_departement AS has_lost_departement,
        is_french AND named_region IS NOT NULL AND NOT by_region AS has_lost_region,
        is_french AND is_point_fact AND point_state = 'near' AND NOT by_point AS has_lost_point,
        is_french AND (
            country_departement IS NOT NULL AND departement_code IS DISTINCT FROM country_departement
            OR country_region IS NOT NULL AND country_region <> region_code
        ) AS has_lost_country,
        -- one against one: none was followed; the city stands for them, or the next that can
        NOT (has_lost_code OR has_lost_postcode OR has_lost_city OR has_lost_departement OR has_lost_region OR has_lost_point)
            AND place_precision NOT IN ('commune', 'point', 'abroad') AND outlying_field IS NULL AND finest_votes < facts AS is_torn
    FROM decided
)
SELECT
    commune_given, postcode_given, city_given, departement_given, region_given, country_given,
    point_communes, point_state, mixes_postcodes, mixes_codes, codes_are_postcodes,
    coalesce(postcode_read, postcode_given) AS postcode, city_text AS city,
    commune_code, departement_code, region_code, place_precision,
    CASE
        WHEN commune_given IS NULL OR place_precision = 'abroad' THEN NULL
        WHEN is_swapped OR is_misplaced OR has_lost_code OR is_torn AND coded IS NOT NULL AND communes IS NULL THEN 'place_conflict'
        WHEN outlying_field = 'commune_code' THEN outlying_code
        WHEN coded IS NULL AND coded_short IS NOT NULL THEN 'short_code'
        WHEN coded IS NULL THEN unknown_code
    END AS issue_commune_code,
    CASE
        WHEN postcode_given IS NULL THEN NULL
        WHEN is_monaco THEN 'monaco'
        WHEN place_precision = 'abroad' THEN CASE WHEN country_given IS NULL AND city_given IS NULL THEN 'abroad' END
        WHEN is_swapped OR has_lost_postcode
            OR is_torn AND is_postcode_fact AND NOT is_short AND communes IS NULL AND coded IS NULL AND named_departement IS NULL THEN 'place_conflict'
        WHEN outlying_field = 'postcode' THEN outlying_code
        WHEN is_short THEN 'short_code'
        WHEN NOT is_postcode_fact AND departement_in_postcode IS NULL THEN unknown_code
    END AS issue_postcode,
    CASE
        WHEN city_text IS NULL OR is_monaco OR outlying_field IS NOT NULL THEN NULL
        WHEN place_precision = 'abroad' THEN CASE WHEN country_given IS NULL THEN CASE WHEN is_guess THEN 'abroad_by_guess' ELSE 'abroad' END END
        WHEN has_lost_city OR is_torn AND communes IS NOT NULL
            OR country_given IS NULL AND country_within IS NOT NULL AND is_french THEN 'place_conflict'
        WHEN is_city_unknown AND place_precision = 'unknown' AND facts = 0 AND postcode_given IS NULL THEN 'unresolved_place'
        WHEN is_city_unknown THEN 'unknown_city'
        WHEN place_precision <> 'commune' AND NOT is_torn_abroad THEN CASE WHEN facts > commune_votes THEN 'place_conflict' ELSE 'ambiguous_city' END
        WHEN is_departement_too AND facts = 1 THEN 'city_or_departement'
        -- Paris is its own département: the same word twice is one fact
        WHEN is_city_in_part AND departement_read IS NULL AND facts - departement_weight = 1 THEN 'city_in_part'
    END AS issue_city,
    CASE
        WHEN departement_given IS NULL OR place_precision = 'abroad' THEN NULL
        WHEN has_lost_departement OR is_torn AND communes IS NULL AND coded IS NULL AND named_departement IS NOT NULL THEN 'place_conflict'
        WHEN outlying_field = 'departement_code' THEN outlying_code
        WHEN outlying_field IS NOT NULL THEN NULL
        WHEN NOT is_departement_read THEN unknown_code
    END AS issue_departement_code,
    CASE
        WHEN region_given IS NULL OR place_precision = 'abroad' THEN NULL
        WHEN has_lost_region THEN 'place_conflict'
        WHEN NOT is_region_read THEN unknown_code
    END AS issue_region,
    CASE
        WHEN country_given IS NULL THEN NULL
        WHEN is_torn_abroad OR is_country_foreign AND is_french OR has_lost_country
            OR is_torn AND communes IS NULL AND coded IS NULL AND departement_given IS NULL
            AND (country_departement IS NOT NULL OR country_region IS NOT NULL) THEN 'place_conflict'
        WHEN place_precision = 'abroad' THEN 'abroad'
        WHEN outlying_field = 'country' THEN outlying_code
        WHEN country_read IS NULL THEN 'unknown_place_part'
    END AS issue_country,
    CASE
        WHEN point_state = 'near' AND (has_lost_point OR is_country_foreign OR is_torn AND facts = 2 AND communes IS NULL AND coded IS NULL) THEN 'place_conflict'
        WHEN point_state IN ('outside', 'far') THEN CASE WHEN place_precision <> 'abroad' THEN 'point_outside' END
        WHEN point_state = 'unreadable' THEN 'unreadable_point'
    END AS issue_point
FROM lost;
