-- grain: one row per closed year, territory, domain scope and value of one dimension
-- answers: how many co-operatives lived at the year's end, were born and ceased in it, as anybody can read in the public register
-- columns: period (year); territory_level, territory_code (country, region, departement); scope_code; dimension all|form|origin|cae|exit_kind and breakdown, its value ('all' in dimension all); living, births (by cooperative_since, else the registration), born_living (of them, those that live still), exits (dated ones); exits_undated = born by the year's end, closed nobody knows when: in births, in no year's living or exits. Dimensions other than all: country in every scope, regions in scope all. exit_kind is that of co-operatives that have left since: read its exits
-- protects: nothing
WITH years AS (
    SELECT CAST(unnest(generate_series(
        greatest(
            year(settings.as_of) - 11,
            (SELECT coalesce(min(year(born_on)), year(settings.as_of)) FROM marts.cooperatives)
        ),
        year(settings.as_of) - 1
    )) AS INTEGER) AS year
    FROM reference.settings AS settings
),

placed AS (
    SELECT
        cooperatives.*,
        -- closed, but nobody said when: of its life only the birth is placed in time
        cooperatives.exited_on IS NULL AND cooperatives.exit_kind IS NOT NULL AS is_undated,
        scopes.scope_code,
        unnest(places_of(cooperatives.region_code, cooperatives.departement_code)) AS place
    FROM marts.cooperatives AS cooperatives
    INNER JOIN marts.cooperative_scopes AS scopes ON cooperatives.siren = scopes.siren
    WHERE
        scopes.scope_code <> 'unknown'
),

dimensions AS (
    SELECT
        born_on, exited_on, is_undated, scope_code, place,
        unnest([
            {'dimension': 'all', 'breakdown': 'all'},
            {'dimension': 'form', 'breakdown': form},
            {'dimension': 'origin', 'breakdown': coalesce(origin, 'unknown')},
            {
                'dimension': 'cae', 'breakdown': CASE is_cae
                    WHEN TRUE THEN 'yes' WHEN FALSE THEN 'no' ELSE 'unknown'
                END
            },
            {'dimension': 'exit_kind', 'breakdown': exit_kind}
        ]) AS cut
    FROM placed
),

cut_down AS (
    SELECT
        born_on, exited_on, is_undated, scope_code, place.level AS territory_level,
        place.code AS territory_code, cut.dimension AS dimension, cut.breakdown AS breakdown
    FROM dimensions
    WHERE
        cut.breakdown IS NOT NULL
        AND (
            cut.dimension = 'all'
            OR place.level = 'country'
            OR (place.level = 'region' AND scope_code = 'all')
        )
)

SELECT
    CAST(years.year AS VARCHAR) AS period,
    cut_down.territory_level, cut_down.territory_code, cut_down.scope_code, cut_down.dimension,
    cut_down.breakdown,
    count(*) FILTER (
        WHERE
            NOT cut_down.is_undated
            AND (cut_down.exited_on IS NULL OR cut_down.exited_on > make_date(years.year, 12, 31))
    ) AS living,
    count(*) FILTER (WHERE year(cut_down.born_on) = years.year) AS births,
    count(*) FILTER (
        WHERE
            year(cut_down.born_on) = years.year
            AND NOT cut_down.is_undated AND cut_down.exited_on IS NULL
    ) AS born_living,
    count(*) FILTER (WHERE year(cut_down.exited_on) = years.year) AS exits,
    count(*) FILTER (WHERE cut_down.is_undated) AS exits_undated
FROM years
INNER JOIN cut_down ON cut_down.born_on <= make_date(years.year, 12, 31)
GROUP BY
    years.year, cut_down.territory_level, cut_down.territory_code, cut_down.scope_code,
    cut_down.dimension, cut_down.breakdown
HAVING living + births + exits + exits_undated > 0
ORDER BY
    years.year, territory_level, territory_code, scope_code, dimension, breakdown
