-- grain: one row per refused row of one file
-- answers: What has to be corrected in this file before it is dropped again?
-- columns: line; row_json (the file's own columns, as text); reasons_en, reasons_fr (joined by a semicolon)
SELECT
    line,
    any_value(row_json) AS row_json,
    string_agg(concat_ws(': ', nullif(column_name, ''), reason_en), ' ; ' ORDER BY column_name) AS reasons_en,
    string_agg(concat_ws(' : ', nullif(column_name, ''), reason_fr), ' ; ' ORDER BY column_name) AS reasons_fr
FROM quality.refused_rows
WHERE file = $file
GROUP BY line
ORDER BY line
