-- grain: one row per provider, by place
-- answers: What does a search filter, count and rank by?
-- columns: as in marts.search_rows; kind = its place in $kinds, from 0
SELECT
    provider_row, place_number, postcode, domains, active_domains, approved_domains,
    unapproved_domains, is_active, CAST(list_position($kinds, kind) - 1 AS TINYINT) AS kind,
    is_scop, reach_km, freshness, siren, siret, name_key, name_words, first_word
FROM marts.search_rows
ORDER BY number
