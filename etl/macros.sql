-- Words and rules that several layers share. Created first in every build.

-- A committed table of data/reference, as text; how it is written is said, for to find it out takes
-- longer than to read it.
CREATE TEMP MACRO reference_file(path) AS TABLE
SELECT *
FROM read_csv(
    path, header = TRUE, all_varchar = TRUE, delim = ',', quote = '"', escape = '"', sample_size = 1
);

-- How words are compared: no case, accents, ligatures or punctuation.
CREATE MACRO fold(words) AS trim(regexp_replace(
    replace(replace(lower(strip_accents(words)), 'œ', 'oe'), 'æ', 'ae'), '[^\pL\pN]+', ' ', 'g'
));

-- Words of a folded text without the plural's last letter; saint and sainte written out.
CREATE MACRO stems(folded) AS list_transform(
    list_filter(string_split(folded, ' '), lambda word: word <> ''),
    lambda word: CASE
        WHEN word = 'st' THEN 'saint'
        WHEN word = 'ste' THEN 'sainte'
        ELSE regexp_replace(word, '^([a-z]{3,})[sx]$', '\1')
    END
);

-- Little words tell nothing, in French or in English; as stems.
CREATE MACRO is_little(word) AS list_contains([
    'a', 'and', 'at', 'au', 'aux', 'd', 'dan', 'de', 'des', 'du', 'en', 'et', 'for', 'in', 'l', 'la',
    'le', 'les', 'near', 'of', 'ou', 'par', 'pour', 'pre', 'sur', 'the'
], word);

-- The values of a list, each once, in their order (list_distinct keeps none).
CREATE MACRO each_once(list) AS list_filter(list, lambda value, n: list_position(list, value) = n);

-- The words of a folded name that tell something, in their order; all of them where none does.
CREATE MACRO telling_stems(folded) AS each_once(CASE
    WHEN len(list_filter(stems(folded), lambda word: NOT is_little(word))) > 0
        THEN list_filter(stems(folded), lambda word: NOT is_little(word))
    ELSE stems(folded)
END);

-- The words of a folded name whose first letters are its initials: not those for its legal form.
-- A folded name without its place, and the first letters of all its words.
CREATE MACRO without_place(name, place) AS trim(
    CASE WHEN place IS NULL THEN name ELSE replace(' ' || name || ' ', ' ' || place || ' ', ' ') END
);
CREATE MACRO first_letters(folded) AS array_to_string(
    list_transform(regexp_extract_all(folded, '[^ ]+'), lambda word: word[1]), ''
);

CREATE MACRO initial_stems(folded) AS list_filter(telling_stems(folded), lambda word: NOT list_contains([
    'ass', 'asso', 'assoc', 'association', 'eurl', 'sa', 'sarl', 'sas', 'sasu', 'scic', 'scop', 'ste', 'societe'
], word));
CREATE MACRO initials(folded) AS array_to_string(
    list_transform(initial_stems(folded), lambda word: word[1]), ''
);

-- How a folded word sounds in French, roughly: words that are written otherwise and read alike share it
-- (plumeau, plumo). Capitals are sounds of several letters: A an, C ch, I in, U ou.
CREATE MACRO sound(word) AS word
    .replace('ph', 'f').regexp_replace('ch([lnr])', 'k\1', 'g')
    .regexp_replace('([aeou])ill([aeo])', '\1Y\2', 'g').regexp_replace('([aou])y([aeo])', '\1Y\2', 'g')
    .regexp_replace('s?ch|sh', 'C', 'g').replace('h', '')
    .regexp_replace('e?au', 'o', 'g')
    .regexp_replace('s?c([eiy])', 's\1', 'g').regexp_replace('qu?|ck|c', 'k', 'g')
    .replace('gn', 'ni').regexp_replace('ge([aou])', 'j\1', 'g')
    .regexp_replace('gu([eiy])', 'G\1', 'g').regexp_replace('g([eiy])', 'j\1', 'g').replace('G', 'g')
    .replace('tion', 'sion')
    .regexp_replace('(?:ai|ei|[iuy])[nm]([^aeiouynm]|$)', 'I\1', 'g')
    .regexp_replace('[ae][nm]([^aeiouynm]|$)', 'A\1', 'g')
    .regexp_replace('[ae][iy]|o?eu|oe', 'e', 'g')
    .replace('y', 'i').replace('Y', 'i').replace('ou', 'U').replace('z', 's').replace('w', 'v')
    .regexp_replace('e[rtz]$', 'e').regexp_replace('(?:e|[dpstx]+)$', '')
    .regexp_replace('b+', 'b', 'g').regexp_replace('f+', 'f', 'g').regexp_replace('k+', 'k', 'g')
    .regexp_replace('l+', 'l', 'g').regexp_replace('m+', 'm', 'g').regexp_replace('n+', 'n', 'g')
    .regexp_replace('p+', 'p', 'g').regexp_replace('r+', 'r', 'g').regexp_replace('s+', 's', 'g')
    .regexp_replace('t+', 't', 'g');

-- The territory of a level that a place belongs to; NULL where the place is not known so closely.
CREATE MACRO territory_of(asked_level, region, departement, commune) AS CASE asked_level
    WHEN 'country' THEN 'FR'
    WHEN 'region' THEN region
    WHEN 'departement' THEN departement
    WHEN 'commune' THEN commune
    WHEN 'several' THEN 'several'
END;

-- Whether a place lies in a territory, for WHERE: NULL where the place is not known so closely.
-- Everything, even a place unknown, lies in the country. Once the level is given nothing is left
-- but one comparison, so that a query reads the rows of the territory and not those of all.
-- 'several' are regions and départements apart, counted as one: 'region-53+departement-44'.
CREATE MACRO lies_within(asked_level, asked_code, region, departement, commune) AS CASE asked_level
    WHEN 'country' THEN TRUE
    WHEN 'region' THEN region = asked_code
    WHEN 'departement' THEN departement = asked_code
    WHEN 'commune' THEN commune = asked_code
    WHEN 'several' THEN list_has_any(
        string_split(asked_code, '+'), ['region-' || region, 'departement-' || departement]
    )
END;

-- Marts count providers and answers up to ten: more are ten or more.
CREATE MACRO up_to_ten(k) AS CASE WHEN k BETWEEN 1 AND 10 THEN k ELSE error('k is 1 to 10') END;

-- An empty list of scopes asks for all of them.
CREATE MACRO is_asked_scope(scopes, scope) AS len(scopes) = 0 OR list_contains(scopes, scope);

-- What the clocks of Paris show at a moment that is kept in UTC.
CREATE MACRO paris_time(moment) AS timezone('Europe/Paris', timezone('UTC', moment));

-- Whether a time of a clock is a day without a time.
CREATE MACRO is_day(moment) AS moment = CAST(CAST(moment AS DATE) AS TIMESTAMP);

-- Days between two times of a clock, whatever it was set to in between: from 9:00 to 9:00 they are
-- whole. A time at midnight is a day without a time, so that only days are counted from it.
CREATE MACRO clock_days(begun, ended) AS CASE
    WHEN is_day(begun)
        THEN CAST(date_diff('day', begun, ended) AS DOUBLE)
    ELSE epoch(ended - begun) / 86400.0
END;

-- Hours from a request to its answer, at most: an answer that is a day without a time came by the
-- end of that day. So does one at the very time of its request, for such a day is moved up to it.
CREATE MACRO answer_hours(asked, answered) AS CASE
    WHEN answered = asked OR is_day(paris_time(answered))
        THEN epoch(CAST(CAST(paris_time(answered) AS DATE) + 1 AS TIMESTAMP) - paris_time(asked))
    ELSE epoch(answered - asked)
END / 3600.0;

-- Whether a clock shows the time of a moment for the second time, as it does in an hour of October:
-- what is written without an offset may then be an hour earlier than it is read.
CREATE MACRO is_second_time(moment, zone) AS timezone(zone, timezone('UTC', moment))
    = timezone(zone, timezone('UTC', moment - INTERVAL 1 HOUR));

-- A rate within a time is told where nothing happened at an unknown time, or something at a known
-- one: of undated events alone, those left would all be the ones that did not happen.
CREATE MACRO is_dated(dated, undated) AS undated = 0 OR dated > 0;

-- 95 % Wilson score interval of x out of n (Wilson 1927); z = 1.959964. It holds x / n itself, which
-- rounding would put outside at 0 and at n.
CREATE MACRO wilson_low(x, n) AS CASE WHEN n > 0 AND x IS NOT NULL THEN greatest(0.0, least(
    x / n::DOUBLE,
    (x + 1.9207294 - 1.959964 * sqrt(x * (n - x) / n::DOUBLE + 0.9603647)) / (n + 3.8414589)
)) END;
CREATE MACRO wilson_high(x, n) AS CASE WHEN n > 0 AND x IS NOT NULL THEN least(1.0, greatest(
    x / n::DOUBLE,
    (x + 1.9207294 + 1.959964 * sqrt(x * (n - x) / n::DOUBLE + 0.9603647)) / (n + 3.8414589)
)) END;

-- Doubles round with each addition, and threads meet rows in any order: from the lowest on, the sum
-- is the same to the last bit.
CREATE MACRO sum_in_order(x) AS list_sum(list(x ORDER BY x));

-- The catchment of a provider in accessibility: the smallest class that holds its reach, at most 50 km.
CREATE MACRO reach_class_km(reach) AS CASE
    WHEN reach <= 5 THEN 5.0::DOUBLE
    WHEN reach <= 10 THEN 10.0
    WHEN reach <= 20 THEN 20.0
    WHEN reach <= 30 THEN 30.0
    ELSE 50.0
END;

-- The territories that a place lies in, as far as it is known; everything lies in the country.
CREATE MACRO places_of(region, departement) AS list_filter([
    {'level': 'country', 'code': 'FR'},
    {'level': 'region', 'code': region},
    {'level': 'departement', 'code': departement}
], lambda place: place.code IS NOT NULL);

-- Great circle between two points in degrees, on a sphere of 6,371.0088 km: the haversine formula.
CREATE MACRO great_circle_km(latitude, longitude, other_latitude, other_longitude) AS
    2 * 6371.0088 * asin(least(1.0, sqrt(
        power(sin(radians(other_latitude - latitude) / 2), 2)
        + cos(radians(latitude)) * cos(radians(other_latitude))
        * power(sin(radians(other_longitude - longitude) / 2), 2)
    )));
