-- label: People covered
-- why: Share of people who live in a commune reached by as many active providers as are needed: the chance that a customer can choose.
-- unit: share
-- direction: high
-- counts: people
-- topic: supply
-- levels: country, region, departement, commune
-- pooled: over several domains, the sum of their numerators over that of their denominators
-- sources: providers
-- source: decided per commune: sum of P_i [n_i >= k] / sum of P_i
WITH
-- shell: reach
counted AS (
    SELECT
        territory_code, scope_code,
        coalesce(sum(population) FILTER (WHERE providers >= up_to_ten($k)), 0) AS numerator,
        sum(population) AS denominator,
        denominator AS n
    FROM reach
    GROUP BY territory_code, scope_code
)

-- shell: ratio
