-- grain: one row per asked text, in their order
-- answers: How is a text read aloud?
-- columns: sound (without spaces)
SELECT sound(typed) AS sound
FROM (SELECT unnest($words) AS typed, generate_subscripts($words, 1) AS place)
ORDER BY place
