-- grain: one row per column of the sample that holds something.
-- answers: how many cells of the sample are filled, how many texts differ and stand more than once;
-- the share of the asked cells that each test of cells.sql is true of, and their numbers.
SELECT
    place, any_value(filled) AS filled, any_value(distinct_texts) AS distinct_texts,
    sum(rows * siret::INTEGER) / sum(rows) AS siret, sum(rows * siren::INTEGER) / sum(rows) AS siren,
    sum(rows * long_digits::INTEGER) / sum(rows) AS long_digits, sum(rows * sap::INTEGER) / sum(rows) AS sap,
    sum(rows * commune::INTEGER) / sum(rows) AS commune, sum(rows * postcode::INTEGER) / sum(rows) AS postcode,
    sum(rows * five_digits::INTEGER) / sum(rows) AS five_digits,
    sum(rows * departement::INTEGER) / sum(rows) AS departement,
    sum(rows * departement_name::INTEGER) / sum(rows) AS departement_name,
    sum(rows * territory::INTEGER) / sum(rows) AS territory,
    sum(rows * region::INTEGER) / sum(rows) AS region, sum(rows * region_name::INTEGER) / sum(rows) AS region_name,
    sum(rows * city::INTEGER) / sum(rows) AS city, sum(rows * country::INTEGER) / sum(rows) AS country,
    sum(rows * address::INTEGER) / sum(rows) AS address,
    sum(rows * day::INTEGER) / sum(rows) AS day, sum(rows * moment::INTEGER) / sum(rows) AS moment,
    sum(rows * serial::INTEGER) / sum(rows) AS serial,
    sum(rows * clock::INTEGER) / sum(rows) AS clock, sum(rows * dated::INTEGER) / sum(rows) AS dated,
    sum(day_first::INTEGER) AS day_first, sum(month_first::INTEGER) AS month_first,
    sum(rows * number::INTEGER) / sum(rows) AS number, sum(rows * whole::INTEGER) / sum(rows) AS whole,
    sum(rows * comma::INTEGER) AS comma, sum(rows * point::INTEGER) AS point,
    sum(rows * comma_groups::INTEGER) AS comma_groups,
    sum(rows * flag::INTEGER) / sum(rows) AS flag, sum(rows * url::INTEGER) / sum(rows) AS url,
    sum(rows * mail::INTEGER) / sum(rows) AS mail, sum(rows * phone::INTEGER) / sum(rows) AS phone,
    sum(rows * latitude::INTEGER) / sum(rows) AS latitude, sum(rows * longitude::INTEGER) / sum(rows) AS longitude,
    sum(rows * point_text::INTEGER) / sum(rows) AS point_text,
    sum(rows * legal::INTEGER) / sum(rows) AS legal, sum(rows * year::INTEGER) / sum(rows) AS year,
    sum(rows * code::INTEGER) / sum(rows) AS code, sum(rows * coded::INTEGER) / sum(rows) AS coded,
    sum(rows * naf::INTEGER) / sum(rows) AS naf, sum(rows * wordy::INTEGER) / sum(rows) AS wordy,
    sum(rows * words) / sum(rows) AS words, sum(rows * letters) / sum(rows) AS letters,
    coalesce(min(plain), 0) AS least, coalesce(max(plain), 0) AS most, coalesce(median(plain), 0) AS middle,
    any_value(repeated) AS repeated
FROM bring_tests
JOIN (
    SELECT place, sum(rows) AS filled, count(*) AS distinct_texts, count(*) FILTER (rows > 1) AS repeated
    FROM bring_texts
    GROUP BY place
) USING (place)
GROUP BY place
ORDER BY place;
