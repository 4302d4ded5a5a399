-- grain: one row per published figure
-- answers: What is the survival of co-operatives compared with?
-- columns: form_fr, form_en, scope_fr, scope_en; cohort (NULL: not stated), measured (years); years lived; survival_share; source_url; the newest first
SELECT form_fr, form_en, scope_fr, scope_en, cohort, measured, years, survival_share, source_url
FROM published.benchmarks
ORDER BY measured DESC, years DESC, survival_share DESC, form_en
