-- How single values are read, whatever the file: macros used by the compiled contracts.
-- They take text without spaces around and give NULL where the text cannot be read.

-- Most values begin and end with a visible ASCII character: they need no trimming. What one does not
-- see goes too: spaces and letters of no width or without ink, marks of direction and of the order of bytes.
CREATE MACRO trimmed(words) AS CASE
    WHEN words >= '!' AND words < chr(127) AND words[-1] BETWEEN '!' AND '~' THEN words
    ELSE nullif(trim(
        words,
        E' \t\r\n\v\f' || chr(26) || chr(133) || chr(160) || chr(8201) || chr(8239) || chr(8199)
        || chr(8203) || chr(8204) || chr(8205) || chr(8206) || chr(8207) || chr(8232) || chr(8233)
        || chr(8288) || chr(12288) || chr(65279)
        || chr(173) || chr(847) || chr(1564) || chr(4447) || chr(4448) || chr(6155) || chr(6156)
        || chr(6157) || chr(6158) || chr(8234) || chr(8235) || chr(8236) || chr(8237) || chr(8238)
        || chr(8289) || chr(8290) || chr(8291) || chr(8292) || chr(8294) || chr(8295) || chr(8296)
        || chr(8297) || chr(10240) || chr(12644) || chr(65024) || chr(65038) || chr(65039) || chr(65440)
    ), '')
END;

-- What a spreadsheet makes of an identifier like 3-1: a day, or the day or the year of a month.
CREATE MACRO is_like_day(words) AS regexp_full_match(words, '[0-9]{4}-[0-9]{2}-[0-9]{2}') OR (
    strlen(words) <= 10 AND contains(words, '-') AND regexp_full_match(
        lower(strip_accents(words)),
        '[0-9]{1,2}-(janv?|fevr?|feb|mars?|avr|apr|mai|may|juin|juil|jun|jul|aout|aug|sept?|oct|nov|dec)[.]?'
        '|(janv?|fevr?|feb|mars?|avr|apr|mai|may|juin|juil|jun|jul|aout|aug|sept?|oct|nov|dec)[.]?-[0-9]{2}'
    )
);

-- A code that a spreadsheet turned into a number: 5458.0 is 5458, and so is 5458,00; but 5.000 may
-- be five thousand.
CREATE MACRO whole_code(words) AS CASE
    WHEN contains(words, '.') OR contains(words, ',')
    THEN regexp_replace(words, '^([0-9]+)[.,](0|00|0{4,})$|^(0|[0-9]{4,})[.,]000$', '\1\3')
    ELSE words
END;

-- A long number that a spreadsheet shows shortened (1,23457E+11): its last digits are lost.
CREATE MACRO is_shortened(words) AS
    words LIKE '%E+%' AND regexp_full_match(words, '[0-9][.,][0-9]+E[+][0-9]{1,3}');

-- What systems write where they have no date: the first day that they know.
CREATE MACRO is_no_date(words) AS regexp_matches(
    words,
    '^(1899[-/]12[-/]3[01]|1900[-/]01[-/]0[01]|1970[-/]01[-/]01|3[01]/12/1899|0?[01]/0?1/1900|0?1/0?1/1970)'
);

-- What a spreadsheet writes where it has no result, in any language: #REF!, #NOM?; or the formula
-- itself: =B2, =A2&B2, =CONCAT(A2;B2), ="x"&B2.
CREATE MACRO is_error(words) AS words[1] IN ('#', '=') AND regexp_full_match(
    lower(words), '(?s)#([\pL/]+0?[!?]|ref|n/a|value|valeur|name|nom|div/0|num|nombre|null|nul)'
    '|=[+-]?[\pL.]+[0-9]*\(.*|=[+-]?[$]?[a-z]{1,3}[$]?[0-9]+([^\pL].*)?|="[^"]*"&.*'
);

-- What stands below the rows of a report, or between them, where their identifier would.
CREATE MACRO is_no_row(words) AS is_error(words) OR regexp_full_match(
    lower(strip_accents(words)),
    '(grand|sous|sub|s/)[ -]?(total|totaux)([ :(-].*)?'
    '|(total|totaux)( general.*| (de|des|du|par|of|by) .*)?( ?[:(].*)?'
    '|(nombre|number) (de|of) (lignes|rows|records|enregistrements).*'
    '|(exporte|extrait|edite|imprime|genere|exported|generated|printed)e?s? (le|on|par|by|du|at) .*'
    '|\([0-9]+ (rows?|records?|lignes?|enregistrements?)[^)]*\)|page [0-9]+( ?(/|sur|of) ?[0-9]+)?'
    '|(fin|end) (du|de|des|of) (la |the )?(fichier|liste|rapport|tableau|export|file|list|report|table)s?'
    -- what explains a table: a footnote, a legend
    '|(sources?|champ|lecture|notes?|nb|n[.]b[.]|nota( bene)?|remarques?|legende|avertissement|attention) ?:.*'
    '|legende|[*]+ .*|\([a-z0-9]{1,2}\) .*'
    '|undefined|\[object object\]'
    -- the header of another table
    '|id|n°|numero|ref(erence)?|code|(request|provider|project|customer|order)_id|siren'
    -- under a header: what kind of value each column holds, or an example
    '|[(\[]?(texte?|string|varchar|chaine( de caracteres)?|entier|integer|int|nombre|number|numerique|numeric'
    '|alphanumerique|identifiant|identifier|obligatoire|facultatif|requis|required|mandatory|optional|optionnel)[)\]]?'
    '|(ex|exemple|example|format|type|unite|unit) ?: .*'
    -- a line that is drawn below the header
    '|[^\pL\pN]+'
);

-- What may be a total of what stands behind or before it, and the name of a firm as well.
CREATE MACRO is_like_total(words) AS regexp_matches(
    words, '(?i)^(total|totaux|ensemble|cumul|somme|moyenne|m[ée]diane?|sum|average|mini?|maxi?|autres|others|divers)([\s:\x{a0}\x{202f}]|$)|.\s(total|totaux)$'
);

-- Groups of three digits parted by spaces, no-break spaces or apostrophes.
CREATE MACRO without_groups(words) AS CASE
    WHEN regexp_full_match(words, '[+-]?[0-9]{1,3}([ \x{a0}\x{202f}\x{2009}''][0-9]{3})+([.,][0-9]*)?')
    THEN regexp_replace(words, '[ \x{a0}\x{202f}\x{2009}'']', '', 'g')
    ELSE words
END;

-- mark: the decimal mark that the sidecar names, else NULL: then the last of , and . is decimal.
CREATE MACRO with_decimal_point(words, mark) AS CASE
    WHEN mark = '.' THEN CASE
        WHEN regexp_full_match(words, '[+-]?[0-9]{1,3}(,[0-9]{3})*([.][0-9]*)?') THEN replace(words, ',', '')
        ELSE words END
    WHEN mark = ',' THEN CASE
        WHEN regexp_full_match(words, '[+-]?[0-9]{1,3}([.][0-9]{3})+(,[0-9]*)?') THEN replace(replace(words, '.', ''), ',', '.')
        ELSE replace(words, ',', '.') END
    WHEN regexp_full_match(words, '[+-]?[0-9]{1,3}([.][0-9]{3})+,[0-9]*') THEN replace(replace(words, '.', ''), ',', '.')
    WHEN regexp_full_match(words, '[+-]?[0-9]{1,3}(,[0-9]{3})+[.][0-9]*') THEN replace(words, ',', '')
    WHEN regexp_full_match(words, '[+-]?[0-9]{1,3}(,[0-9]{3}){2,}') THEN replace(words, ',', '')
    ELSE replace(words, ',', '.')
END;

CREATE MACRO plain_number(words) AS CASE
    WHEN strlen(words) <= 300 AND regexp_full_match(words, '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,2})?')
    THEN TRY_CAST(words AS DOUBLE)
END;

-- What coalesce tries next it tries of empty cells too: they are kept from the dear readings.
-- A macro repeats its arguments wherever it names them; a lambda over a list of one does not.
CREATE MACRO written_number(words, mark) AS list_transform(list_transform(
    [without_groups(words)],
    lambda grouped: with_decimal_point(grouped, mark)),
    lambda pointed: plain_number(pointed)
)[1];

CREATE MACRO read_number(words, mark) AS coalesce(
    CASE WHEN mark IS DISTINCT FROM ',' THEN plain_number(words) END,
    CASE WHEN words IS NOT NULL THEN written_number(words, mark) END
);

CREATE MACRO read_integer(words, mark) AS coalesce(
    CASE WHEN regexp_full_match(words, '-?[0-9]{1,18}') THEN TRY_CAST(words AS BIGINT) END,
    CASE WHEN words IS NOT NULL THEN list_transform([read_number(words, mark)], lambda number: CASE
        WHEN number = floor(number) AND abs(number) < 9e15 THEN number::BIGINT
    END)[1] END
);

CREATE MACRO read_boolean(words) AS MAP {
    'true': TRUE, '1': TRUE, 'oui': TRUE, 'yes': TRUE, 'vrai': TRUE, 'o': TRUE, 'y': TRUE, 't': TRUE,
    'false': FALSE, '0': FALSE, 'non': FALSE, 'no': FALSE, 'faux': FALSE, 'n': FALSE, 'f': FALSE
}[fold(whole_code(words))];

-- A day, or a moment with its distance from UTC or a place. Names like BST, IST or AST mean several
-- zones, CET is not the clock of the summer, and no place is further from UTC than 14 hours.
CREATE MACRO is_iso(words) AS regexp_full_match(
    words,
    '[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}([T ][0-9:.]+ ?(Z|UTC|GMT|[+-](0?[0-9]|1[0-4])(:?[0-5][0-9]){0,2}|[A-Z][a-z]+/[A-Za-z0-9_/+-]+)?)?'
);
-- strptime would read words such as infinity as a day.
CREATE MACRO with_digit(words) AS CASE WHEN regexp_matches(words, '[0-9]') THEN words END;
CREATE MACRO french_moment(words) AS try_strptime(replace(replace(with_digit(words), '.', '/'), '-', '/'), [
    '%d/%m/%Y', '%d/%m/%Y %H:%M:%S', '%d/%m/%Y %H:%M', '%d/%m/%YT%H:%M:%S', '%d/%m/%Y %Hh%M',
    '%d/%m/%Y à %H:%M', '%d/%m/%Y à %Hh%M']);
CREATE MACRO compact_day(words) AS CASE
    WHEN regexp_full_match(words, '[0-9]{8}') THEN try_strptime(words, '%Y%m%d')
END;

-- Seconds, or thousandths of them, since 1970, between 2000 and 2100.
CREATE MACRO unix_moment(words) AS CASE
    WHEN regexp_full_match(words, '[1-9][0-9]{12}|[1-9][0-9]{9}')
        AND words[1:length(words) - CASE length(words) WHEN 13 THEN 3 ELSE 0 END]::BIGINT BETWEEN 946684800 AND 4102444799
    THEN make_timestamptz(rpad(words, 16, '0')::BIGINT)
END;

-- Days since 1899 with their fraction, as spreadsheets keep moments, between 2000 and 2050. Without
-- three decimals it may be a postcode or a sum that stands in the wrong column.
CREATE MACRO serial_moment(words) AS CASE
    WHEN regexp_full_match(words, '[345][0-9]{4}[.,][0-9]{3,12}')
        AND replace(words, ',', '.')::DOUBLE BETWEEN 36526 AND 55152
    THEN TIMESTAMP '1899-12-30' + to_seconds(round(replace(words, ',', '.')::DOUBLE * 86400)::BIGINT)
END;

-- A moment as TIMESTAMP in UTC; the session's time zone is that of times without an offset.
CREATE MACRO as_utc(moment) AS make_timestamp(epoch_us(moment::TIMESTAMPTZ));
CREATE MACRO read_moment(words) AS CASE WHEN words IS NOT NULL THEN coalesce(
    CASE WHEN is_iso(words) THEN as_utc(TRY_CAST(words AS TIMESTAMPTZ)) END,
    as_utc(french_moment(words)),
    as_utc(compact_day(words)),
    as_utc(unix_moment(words)),
    as_utc(serial_moment(words))
) END;
-- A day; of a moment with an offset, the day in the session's time zone.
CREATE MACRO read_day(words) AS coalesce(
    CASE WHEN length(words) <= 10 AND is_iso(words) THEN TRY_CAST(words AS DATE) END,
    CASE WHEN is_iso(words) THEN TRY_CAST(words AS TIMESTAMPTZ)::DATE END,
    french_moment(words)::DATE,
    compact_day(words)::DATE,
    unix_moment(words)::DATE,
    serial_moment(words)::DATE
);

CREATE MACRO items_of(words) AS list_distinct(list_filter(
    list_transform(string_split_regex(words, '[|,]'), lambda item: trimmed(item)),
    lambda item: item IS NOT NULL
));

-- SIREN and SIRET: digits only, with the leading zeros that a spreadsheet took away.
CREATE MACRO digits_of(words, width) AS CASE
    WHEN length(regexp_replace(whole_code(words), '[^0-9]', '', 'g')) = width - 1
        AND regexp_full_match(whole_code(words), '[0-9]+')
    THEN '0' || whole_code(words)
    ELSE regexp_replace(whole_code(words), '[ .\x{a0}\x{202f}-]', '', 'g')
END;
CREATE MACRO luhn(digits) AS list_sum(list_transform(
    range(1, length(digits) + 1),
    lambda place: CASE
        WHEN place % 2 = 1 THEN substr(digits, -place, 1)::INTEGER
        WHEN substr(digits, -place, 1)::INTEGER > 4 THEN substr(digits, -place, 1)::INTEGER * 2 - 9
        ELSE substr(digits, -place, 1)::INTEGER * 2
    END
)) % 10 = 0;
CREATE MACRO is_siren(digits) AS luhn(digits);
-- The establishments of La Poste (356 000 000) have a rule of their own: the plain sum of digits.
CREATE MACRO is_siret(digits) AS luhn(digits) OR (
    digits[1:9] = '356000000'
    AND list_sum(list_transform(string_split(digits, ''), lambda digit: digit::INTEGER)) % 5 = 0
);
