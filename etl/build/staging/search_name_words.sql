-- grain: one row per word of a provider's name
-- answers: under which words is a name found?
-- columns: provider_id; word = stem of a folded word; joined ones too (P'tits: "tit" after "p", and "ptit"); none of over 40 letters, which nobody types
WITH named AS (
    SELECT DISTINCT provider_id, unnest(list_concat(
        telling_stems(fold(name)),
        CASE WHEN regexp_matches(name, '\pL[''’-]\pL')
            THEN telling_stems(fold(regexp_replace(name, '[''’-]', '', 'g'))) ELSE [] END
    )) AS word
    FROM staging.providers
    WHERE name IS NOT NULL
)

SELECT provider_id, word
FROM named
WHERE length(word) <= 40
