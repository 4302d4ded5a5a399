-- grain: one row per refused row that no correction has brought back, of one file or of all
-- answers: Which rows are to be corrected, and what does the file they go back in need?
-- columns: file_id, source, file, as_of, content_hash; own_columns (head of the rows, a list); verbs (TOML); line; row_json, fields_json (its cells by column; the second one where the rows are given in the contract's columns); is_row (FALSE: a line that could not be cut into columns); is_repeated; reasons (a list: reason_code, column_name, arguments)
SELECT
    refused.file_id,
    files.source,
    files.file,
    CAST(files.as_of AS VARCHAR) AS as_of,
    files.content_hash,
    given.columns AS own_columns,
    given.verbs,
    refused.line,
    min(refused.row_json) AS row_json,
    refused.fields_json,
    bool_and(refused.column_name IS NOT NULL) AS is_row,
    bool_or(refused.reason_code = 'repeated_key') AS is_repeated,
    list({
        'code': refused.reason_code, 'column': refused.column_name, 'arguments': refused.arguments
    } ORDER BY refused.reason_code, refused.column_name, refused.arguments) AS reasons
FROM quality.refused_rows AS refused
INNER JOIN quality.files AS files ON refused.file_id = files.file_id
INNER JOIN quality.to_correct AS given ON refused.file_id = given.file_id
WHERE NOT refused.is_corrected AND ($file = 'all' OR files.file = $file)
GROUP BY ALL
ORDER BY refused.file_id, refused.line, refused.fields_json
