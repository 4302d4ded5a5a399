-- grain: macros of one connection
-- answers: numbers of persons, rounded at random to base 5 by a key that is the same wherever the same persons are counted
-- columns: record_key = the first 32 bits of HMAC-SHA256 of source and id, with the key of the ledger (variables inner_pad and outer_pad); rounded = unbiased, never 5 or more away, NULL for 1 to 4; key = the sum of the record keys; tells_of_one = whether, of numbers by contributor, so little is left without the largest firm and another contributor, who knows its own, that their sum tells of that firm
CREATE OR REPLACE TEMP MACRO record_key(source, id) AS CAST('0x' || left(sha256(
    getvariable('outer_pad') || unhex(sha256(getvariable('inner_pad') || encode(source || chr(31) || id)))
), 8) AS UBIGINT);

CREATE OR REPLACE TEMP MACRO rounded(number, key) AS CASE
    WHEN number >= 5 THEN number - number % 5 + CASE
        WHEN CAST(key % 4294967296 AS DOUBLE) / 4294967296 < (number % 5) / 5.0 THEN 5 ELSE 0
    END
END;

CREATE OR REPLACE TEMP MACRO tells_of_one(number, is_firm) AS coalesce(
    sum(number) - max(number) FILTER (WHERE is_firm) - coalesce(CASE
        WHEN max(number) > max(number) FILTER (WHERE is_firm) THEN max(number)
        ELSE max(number, 2)[2]
    END, 0) < 0.2 * max(number) FILTER (WHERE is_firm), FALSE
);
