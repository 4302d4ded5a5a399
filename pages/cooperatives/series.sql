-- grain: one row per published figure: indicator, series and year
-- answers: What do national sources say of all co-operatives (Scop and Scic of every trade)?
-- columns: series_code (figures of one scope and method: only these may be joined); scope_fr, scope_en;
--   value in unit (cooperatives|people|companies|percent|billion EUR); is_break_before (not comparable
--   with the figure before); note_fr, note_en; source_url
SELECT
    indicator, year, series_code, scope_fr, scope_en, value, unit, is_break_before, note_fr,
    note_en, source_url
FROM reference.cooperative_series
ORDER BY indicator, series_code, year
