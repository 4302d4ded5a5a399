-- grain: one row per contribution to the groups of one edition
-- answers: what is the last edition made of?
-- columns: table_name, period, measure; grouped = the regions of the group, with | between; first, edition = when it was first told and last changed; contributor (of a project the firm that it is by now), part, region_code, value, base, knowers, base_knowers; agreed = as it stands now; banded = the regions of the group that bands were told of (NULL: of an edition that did not say)
WITH told AS (
    SELECT
        table_name, period, measure, array_to_string(group_regions, '|') AS grouped, "first", edition,
        unnest(members) AS member, split_part(member, '|', 1) AS named,
        member[instr(member, '|') + 1:] AS part, unnest(figures) AS value, unnest(regions) AS region_code,
        unnest(bases) AS base, unnest(knowers) AS knowers,
        unnest(base_knowers) AS base_knowers, banded
    FROM (
        SELECT CAST(NULL AS VARCHAR []) AS banded WHERE FALSE
        UNION ALL BY NAME
        SELECT * FROM read_parquet($file)
    )
)

SELECT
    told.* EXCLUDE (member, named), coalesce(projects.siren, told.named) AS contributor,
    coalesce(firms.agrees_to_publish <= settings.as_of, FALSE) AS agreed
FROM told
CROSS JOIN reference.settings AS settings
LEFT JOIN marts.projects AS projects
    ON told.named = projects.project_id AND starts_with(told.part, told.named)
LEFT JOIN staging.cooperatives AS firms ON coalesce(projects.siren, told.named) = firms.siren
ORDER BY told.table_name, told.period, told.measure, contributor, part
