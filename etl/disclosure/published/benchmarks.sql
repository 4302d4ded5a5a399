-- grain: one row per published figure
-- answers: what the survival of co-operatives is compared with
-- columns: population (all_companies, companies, sole_traders, scop_scic), origin; cohort (year of birth, NULL where the source does not state it); measured (year); years lived; survival_share; form_fr, form_en, scope_fr, scope_en; source_url
-- protects: nothing
SELECT * FROM reference.survival_benchmarks
ORDER BY measured, years, population, origin
