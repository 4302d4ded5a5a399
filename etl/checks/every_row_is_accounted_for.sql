-- label.en: Every row that was read was accepted or refused
-- label.fr: Chaque ligne lue est acceptée ou refusée
SELECT source, file, read_rows, accepted_rows, refused_rows
FROM quality.files
WHERE read_rows <> accepted_rows + refused_rows
