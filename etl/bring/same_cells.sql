-- Whether two cells say the same, whichever program wrote them.
CREATE MACRO bare(text) AS
    CASE WHEN starts_with(trim(text), '''') THEN trim(text)[2:] ELSE coalesce(trim(text), '') END;
CREATE MACRO plain_name(text) AS regexp_replace(bare(text), '\s+', ' ', 'g');
CREATE MACRO number_in(text) AS
    try_cast(replace(regexp_replace(text, '[\s\x{a0}\x{202f}]', '', 'g'), ',', '.') AS DOUBLE);
CREATE MACRO day_in(text) AS
    coalesce(try_cast(try_strptime(text, ['%d/%m/%Y', '%d/%m/%y']) AS DATE), try_cast(text AS DATE));
CREATE MACRO same_cell(one, other) AS
    coalesce(lower(one) = lower(other), FALSE)
    OR coalesce(number_in(one) = number_in(other), FALSE)
    OR coalesce(day_in(one) = day_in(other), FALSE);
