-- grain: one row per word of a provider's name
-- answers: under which words is a name found?
-- columns: provider_id; word = stem of a folded word; joined ones too (P'tits: "tit" after "p", and "ptit"; S.O.S.: "sos"; Mc Coy: "mccoy"); none of over 40 letters, which nobody types
WITH named AS (
    SELECT DISTINCT provider_id, unnest(list_concat(
        telling_stems(fold(name)),
        CASE WHEN regexp_matches(name, '\pL[''’-]\pL')
            THEN telling_stems(fold(regexp_replace(name, '[''’-]', '', 'g'))) ELSE [] END,
        list_transform(
            regexp_extract_all(fold(name), '(?:^| )((?:\pL )+\pL)(?: |$)', 1),
            lambda letters: stems(replace(letters, ' ', ''))[1]
        ),
        list_transform(
            list_filter(
                list_zip(string_split(fold(name), ' '), string_split(fold(name), ' ')[2:]),
                lambda pair: length(pair[1]) <= 2 AND length(pair[2]) >= 3
            ),
            lambda pair: stems(pair[1] || pair[2])[1]
        )
    )) AS word
    FROM staging.providers
    WHERE name IS NOT NULL
)

SELECT provider_id, word
FROM named
WHERE length(word) <= 40
