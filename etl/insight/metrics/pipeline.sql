-- label: Projects of the convention
-- why: The way of the projects received in the period: supported by CG Scop, financed by Crédit Coopératif and others, backed by the agency, registered as a co-operative, alive three years later. The funnel counts those that took every step before, so it never grows; beside it stand all that took the step, in whatever order.
-- unit: count
-- direction: high
-- counts: projects
-- topic: projects
-- levels: country, region, departement, commune
-- sources: projects, project_steps
-- columns: one row for each step, in the order of step_order: received, supported, financed, registered, alive_3y; agency_support is a branch (is_branch): nobody must pass it. value = numerator = through (took this step and all before it), denominator = through of the step before, share = value / denominator with low and high; n = took the step at all; under_way = through the step before, not yet this one, neither abandoned nor ended; euros granted at the step (NULL: nobody told), euros_known = projects whose amount is known; too_young, unknown for alive_3y
-- source: the 2006 convention; Wilson interval
WITH
-- shell: projects
passed AS (
    SELECT
        *,
        supported_on IS NOT NULL AS is_supported,
        supported_on IS NOT NULL AND financed_on IS NOT NULL AS is_financed,
        supported_on IS NOT NULL AND agency_on IS NOT NULL AS is_agency,
        supported_on IS NOT NULL AND financed_on IS NOT NULL AND registered_on IS NOT NULL
            AS is_registered
    FROM projects
    WHERE territory_code IS NOT NULL
),

steps AS (
    SELECT
        territory_code, scope_code, state,
        unnest([
            {'step': 'received', 'step_order': 1, 'before': TRUE, 'through': TRUE, 'took': TRUE, 'eur': NULL, 'fate': NULL},
            {'step': 'supported', 'step_order': 2, 'before': TRUE, 'through': is_supported, 'took': is_supported, 'eur': NULL, 'fate': NULL},
            {'step': 'financed', 'step_order': 3, 'before': is_supported, 'through': is_financed, 'took': financed_on IS NOT NULL, 'eur': financed_eur, 'fate': NULL},
            {'step': 'agency_support', 'step_order': 4, 'before': is_supported, 'through': is_agency, 'took': agency_on IS NOT NULL, 'eur': agency_eur, 'fate': NULL},
            {'step': 'registered', 'step_order': 5, 'before': is_financed, 'through': is_registered, 'took': registered_on IS NOT NULL, 'eur': NULL, 'fate': NULL},
            {
                'step': 'alive_3y', 'step_order': 6,
                'before': is_registered, 'through': is_registered AND coalesce(alive_3y = 'yes', FALSE),
                'took': coalesce(alive_3y = 'yes', FALSE), 'eur': NULL,
                'fate': CASE WHEN is_registered THEN alive_3y END
            }
        ]) AS taken
    FROM passed
),

counted AS (
    SELECT
        territory_code, scope_code, taken.step AS step, taken.step_order AS step_order,
        count(*) FILTER (WHERE taken.through) AS through,
        -- whether they live at three years is a share of those old enough to tell
        count(*) FILTER (
            WHERE taken."before" AND coalesce(taken.fate, 'told') NOT IN ('too_young', 'unknown')
        ) AS came,
        count(*) FILTER (WHERE taken.took) AS took,
        count(*) FILTER (
            WHERE taken."before" AND NOT taken.through AND taken.step <> 'alive_3y' AND state = 'under_way'
        ) AS under_way,
        CAST(sum(taken.eur) AS DOUBLE) AS euros,
        count(taken.eur) AS euros_known,
        count(*) FILTER (WHERE taken.fate = 'too_young') AS too_young,
        count(*) FILTER (WHERE taken.fate = 'unknown') AS unknown
    FROM steps
    GROUP BY territory_code, scope_code, taken.step, taken.step_order
)

SELECT
    territory_code,
    scope_code,
    CAST(through AS DOUBLE) AS numerator,
    CAST(came AS DOUBLE) AS denominator,
    CAST(through AS DOUBLE) AS value,
    took AS n,
    wilson_low(through, came) AS low,
    wilson_high(through, came) AS high,
    step,
    CAST(step_order AS INTEGER) AS step_order,
    step = 'agency_support' AS is_branch,
    through / nullif(came, 0)::DOUBLE AS share,
    under_way,
    euros,
    euros_known,
    too_young,
    unknown
FROM counted
ORDER BY territory_code, scope_code, step_order
