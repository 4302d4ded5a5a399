-- grain: one row per contribution to the groups of one edition
-- answers: what is the last edition made of?
-- columns: table_name, period, measure; grouped = the regions of the group, with | between; first, edition = when it was first told and last changed; contributor, part, region_code, value, base, knowers, base_knowers; agreed = as it stands now; banded = the regions of the group that bands were told of (NULL: of an edition that did not say)
WITH told AS (
    SELECT
        table_name, period, measure, array_to_string(group_regions, '|') AS grouped, "first", edition,
        unnest(members) AS member, unnest(figures) AS value, unnest(regions) AS region_code,
        unnest(bases) AS base, unnest(knowers) AS knowers,
        unnest(base_knowers) AS base_knowers, banded
    FROM (
        SELECT CAST(NULL AS VARCHAR []) AS banded WHERE FALSE
        UNION ALL BY NAME
        SELECT * FROM read_parquet($file)
    )
)

SELECT
    told.* EXCLUDE (member), split_part(told.member, '|', 1) AS contributor,
    told.member[instr(told.member, '|') + 1:] AS part,
    coalesce(firms.agrees_to_publish <= settings.as_of, FALSE) AS agreed
FROM told
CROSS JOIN reference.settings AS settings
LEFT JOIN staging.cooperatives AS firms ON split_part(told.member, '|', 1) = firms.siren
ORDER BY told.table_name, told.period, told.measure, contributor, part
