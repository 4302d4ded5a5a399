-- label: Every row that was read was accepted, refused or filtered out
SELECT source, file, read_rows, accepted_rows, refused_rows, filtered_rows
FROM quality.files
WHERE read_rows <> accepted_rows + refused_rows + filtered_rows
