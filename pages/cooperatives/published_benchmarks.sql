-- grain: one row per published figure
-- answers: What is the survival of co-operatives compared with?
-- columns: population, origin; form_fr, form_en, scope_fr, scope_en; cohort (NULL: not stated), measured (years); years lived; survival_share; source_url
SELECT
    population, origin, form_fr, form_en, scope_fr, scope_en, cohort, measured, years,
    survival_share, source_url
FROM published.benchmarks
ORDER BY measured DESC, years, survival_share DESC, form_en
