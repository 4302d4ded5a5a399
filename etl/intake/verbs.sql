-- What the verbs of a sidecar need of a text: macros, like those of reading.sql.

-- How the keys of a value map are compared where the text itself is none: spaces, accents and
-- apostrophes aside; punctuation tells values apart.
CREATE MACRO alike(words) AS trim(regexp_replace(
    replace(lower(strip_accents(words)), '’', ''''), '[\s\x{a0}\x{202f}]+', ' ', 'g'
));

-- [flags]: a column that is ticked; NULL for what neither ticks nor unticks it. A tick may carry the
-- mark that shows it in colour (U+FE0F).
CREATE MACRO read_flag(words) AS CASE
    WHEN replace(lower(words), chr(65039), '') IN ('x', '✓', '✔', '☑', '✅') THEN TRUE
    WHEN replace(words, chr(65039), '') IN ('☐', '✗', '✘', '❌') THEN FALSE
    ELSE coalesce(
        read_boolean(words),
        MAP {'ja': TRUE, 'si': TRUE, 'on': TRUE, 'nein': FALSE, 'nee': FALSE, 'off': FALSE}[fold(words)]
    )
END;

-- [join] of a day and a time: a workbook writes the day of a time, and the time of a day.
CREATE MACRO moment_part(words) AS CASE
    WHEN regexp_full_match(words, '(1899-12-3[01]|1900-01-0[01])[ T].+') THEN substr(words, 12)
    WHEN regexp_full_match(words, '.*[0-9][ T]00:00(:00([.]0+)?)?')
        THEN regexp_replace(words, '[ T]00:00(:00([.]0+)?)?$', '')
    WHEN regexp_full_match(words, '[0-9]{1,2} ?[hH] ?[0-9]{2}') THEN regexp_replace(words, ' ?[hH] ?', ':')
    WHEN regexp_full_match(words, '[0-9]{1,2} ?[hH]') THEN regexp_replace(words, ' ?[hH]', ':00')
    ELSE words
END;

-- [times]: the number of a text times a fraction, as text of 15 digits: 0.1 times 3 is 0.3. Words
-- that hold none stay as they are, to be told.
CREATE MACRO times(words, number_text, mark, numerator, denominator) AS coalesce(list_transform(
    [read_number(number_text, mark)],
    lambda number: replace(
        format('{:.15g}', number * numerator / denominator), '.', coalesce(mark, '.')
    )
)[1], words);

-- [extract] postcode and city of an address: the last five digits that a town's name follows, and
-- that name. A house number is followed by a street, a post box by nothing.
CREATE MACRO address_lines(words) AS regexp_replace(
    regexp_replace(words, '\s*[\r\n]+\s*', ', ', 'g'), '[\s\x{a0}\x{202f}]+', ' ', 'g'
);
CREATE MACRO is_street(words) AS regexp_matches(
    lower(strip_accents(words)),
    '^(bis |ter |quater )?(rue|r[.]|avenue|ave?[.]?|boulevard|b[lv]?d[.]?|chemin|che?m?[.]|route|rte[.]?|allees?|impasse|imp[.]?|quai|place|pl[.]|square|passage|faubourg|fbg?[.]?|voie|sentier|residence|lotissement|lieu-dit|lieudit) '
);
-- A postcode and the name behind it are 35000 Rennes; the name alone begins at the letter.
CREATE MACRO named(town) AS regexp_replace(town, '^[0-9]{2} ?[0-9]{3}[ ,.–-]*', '');
CREATE MACRO towns_in(words) AS list_filter(
    regexp_extract_all(
        address_lines(words),
        '(?:^|[^0-9])([0-9]{2} ?[0-9]{3}(?:[ ,.–-]+\pL|\pL{3})(?:[^,;(/|0-9]*[^,;(/|0-9 ])?)', 1
    ),
    lambda town: NOT is_street(named(town)) AND lower(named(town)) <> 'france'
);
-- Without a town behind it the postcode ends the address: Rennes 35000, or Rennes (35000), France.
CREATE MACRO last_postcode(words) AS nullif(regexp_extract(
    address_lines(words),
    '(?i)(?:^|[^0-9])([0-9]{5})[ ,.;)–-]*(?:\(?france\)?)?[ ,.;)–-]*$', 1
), '');
CREATE MACRO postcode_in(words) AS coalesce(
    replace(regexp_extract(towns_in(words)[-1], '^[0-9]{2} ?[0-9]{3}'), ' ', ''), last_postcode(words)
);
-- A town ends where a comma, a dash between spaces or the name of the country begins.
CREATE MACRO town_name(words) AS nullif(trim(CASE
    WHEN is_street(words) THEN NULL
    WHEN regexp_matches(words, '(?i)(^| )(de|en) france[ .]*$') THEN words
    ELSE regexp_replace(words, '(?i) france[ .]*$', '')
END, ' .,;-–'), '');
CREATE MACRO city_in(words) AS coalesce(
    town_name(regexp_replace(named(towns_in(words)[-1]), ' [–-] .*$', '')),
    CASE WHEN last_postcode(words) IS NOT NULL THEN town_name(regexp_extract(
        address_lines(words), '(?:^|[,;] ?| [–-] )(\pL[^,;(/|0-9]*?)[ ,(–-]+[0-9]{5}[^0-9]*$', 1
    )) END
);
